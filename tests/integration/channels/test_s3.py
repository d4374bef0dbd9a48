"""The S3 channel against a real server; every failure says whose side must act."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lumbung.airflow.channels.s3 import S3Channel
from lumbung.intake.channels.base import Whose
from tests.integration.channels.errands import bring, errand, fails, marks
from tests.servers.s3 import S3Server, s3_server

VARIABLE = "AIRFLOW_CONN_KANTOR_3510"
CHANNEL = S3Channel("kantor_3510")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    prices = tmp_path / "server" / "3510" / "staple_prices"
    prices.mkdir(parents=True)
    for number, name in enumerate(("a.csv", "b.csv")):
        (prices / name).write_bytes(f"isi {number}\n".encode() * 100)
    with s3_server(tmp_path / "server") as running:
        monkeypatch.setenv(VARIABLE, running.connection_uri("3510"))
        yield running


def test_files_come_once_until_they_change(server: S3Server, tmp_path: Path) -> None:
    came, notices = bring(CHANNEL, errand(tmp_path / "one"))
    assert sorted(item.source_name for item in came) == ["a.csv", "b.csv"]
    assert notices == []
    assert bring(CHANNEL, errand(tmp_path / "two", marks(came))) == ([], [])
    server.put("3510", "staple_prices/b.csv", b"lain\n")
    again, _ = bring(CHANNEL, errand(tmp_path / "three", marks(came)))
    assert [(item.source_name, item.path.read_bytes()) for item in again] == [("b.csv", b"lain\n")]


def test_hostile_names_are_data_or_refused(server: S3Server, tmp_path: Path) -> None:
    for name in (
        "staple_prices/<b> 'aneh'.csv",
        "staple_prices/..",
        "staple_prices/" + "x" * 900,
        "staple_prices/dalam/c.csv",
        "staple_prices/d.csv.part",
        "umpan_balik/jawaban.xlsx",
        "lain/e.csv",
        "lepas.csv",
        "staple_stocks/a.csv",
    ):
        server.put("3510", name, b"isi 0\n" * 100)
    came, notices = bring(CHANNEL, errand(tmp_path / "one"))
    names = {(item.dataset, item.source_name) for item in came}
    assert {("staple_prices", "<b> 'aneh'.csv"), ("staple_stocks", "a.csv")} <= names
    assert not {name for _, name in names} & {"..", "c.csv", "d.csv.part", "jawaban.xlsx", "e.csv"}
    assert all(item.path.parent == tmp_path / "one" for item in came)
    assert len([text for text in notices if "lain" in text or "lepas" in text or "dalam" in text]) == 3


def test_many_objects_come_over_pages(server: S3Server, tmp_path: Path) -> None:
    for number in range(1_005):
        server.put("3510", f"industry_units/{number:04}.csv", b"")
    remembered = {
        f"kantor/3510/industry_units/{number:04}.csv": '"d41d8cd98f00b204e9800998ecf8427e"'
        for number in range(1_004)
    }
    came, _ = bring(CHANNEL, errand(tmp_path / "one", remembered))
    assert {item.source_name for item in came} == {"a.csv", "b.csv", "1004.csv"}


def test_an_object_replaced_meanwhile_waits(server: S3Server, tmp_path: Path) -> None:
    fetched = CHANNEL.fetch(errand(tmp_path / "one"))
    first = next(fetched)
    server.put("3510", "staple_prices/b.csv", b"baru")
    (text,) = [getattr(item, "text", "") for item in fetched]
    assert "still being written" in text
    assert getattr(first, "source_name", "") == "a.csv"


def test_a_truncated_body_is_the_lines_fault(server: S3Server, tmp_path: Path) -> None:
    server.on_object = lambda path, body: body[:50] if path.endswith("b.csv") else body
    came = fails(CHANNEL, errand(tmp_path / "one"), Whose.LINE)
    assert [item.source_name for item in came] == ["a.csv"], "what came before stands"


def test_a_slow_server_costs_seconds(server: S3Server, tmp_path: Path) -> None:
    def slow(path: str, body: bytes) -> bytes:
        time.sleep(2)
        return body

    server.on_object = slow
    started = time.monotonic()
    fails(CHANNEL, errand(tmp_path / "one", seconds=1.0), Whose.LINE)
    assert time.monotonic() - started < 8


def test_a_dead_endpoint_is_the_lines_fault(
    server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv(VARIABLE, server.connection_uri("3510", endpoint_url=url))
        started = time.monotonic()
        fails(CHANNEL, errand(tmp_path / "one"), Whose.LINE, "did not answer")
        assert time.monotonic() - started < 8


def test_wrong_keys_are_ours(server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, server.connection_uri("3510", login="AKIASALAH"))
    fails(CHANNEL, errand(tmp_path / "one"), Whose.OURS, "refuses our keys")
    monkeypatch.setenv(VARIABLE, server.connection_uri("3510", login=""))
    fails(CHANNEL, errand(tmp_path / "two"), Whose.OURS, "no access key")


def test_a_missing_bucket_is_theirs(
    server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, server.connection_uri("3510", bucket="tidak-ada"))
    fails(CHANNEL, errand(tmp_path / "one"), Whose.THEIRS, "no bucket")
