"""The SFTP channel against a real server; every failure says whose side must act."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from lumbung.airflow.channels.sftp import SftpChannel
from lumbung.intake.channels.base import Whose
from tests.integration.channels.errands import bring, errand, fails, marks
from tests.servers.sftp import SftpServer, sftp_server

VARIABLE = "AIRFLOW_CONN_KANTOR_3510"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SftpServer]:
    prices = tmp_path / "server" / "3510" / "staple_prices"
    prices.mkdir(parents=True)
    for number, name in enumerate(("a.csv", "b.csv")):
        (prices / name).write_bytes(f"isi {number}\n".encode() * 100)
        os.utime(prices / name, (1_780_000_000 + number,) * 2)
    with sftp_server(tmp_path / "server") as running:
        monkeypatch.setenv(VARIABLE, running.connection_uri("3510"))
        yield running


CHANNEL = SftpChannel("kantor_3510")


def test_files_come_once_until_they_change(server: SftpServer, tmp_path: Path) -> None:
    came, notices = bring(CHANNEL, errand(tmp_path / "one"))
    assert [(item.dataset, item.source_name) for item in came] == [
        ("staple_prices", "a.csv"),
        ("staple_prices", "b.csv"),
    ]
    assert came[0].path.read_bytes() == b"isi 0\n" * 100
    assert came[0].arrived_at.timestamp() == 1_780_000_000
    assert notices == []
    assert bring(CHANNEL, errand(tmp_path / "two", marks(came))) == ([], [])
    (server.root / "3510/staple_prices/b.csv").write_bytes(b"lain\n")
    again, _ = bring(CHANNEL, errand(tmp_path / "three", marks(came)))
    assert [item.source_name for item in again] == ["b.csv"]


def test_same_bytes_under_two_names_come_twice(server: SftpServer, tmp_path: Path) -> None:
    folder = server.root / "3510/staple_prices"
    (folder / "b.csv").write_bytes((folder / "a.csv").read_bytes())
    came, _ = bring(CHANNEL, errand(tmp_path / "one"))
    assert len({item.path.read_bytes() for item in came}) == 1
    assert len(came) == 2, "registering tells repeats, not the channel"


def test_what_is_no_file_or_leads_out_is_refused(server: SftpServer, tmp_path: Path) -> None:
    folder = server.root / "3510/staple_prices"
    (tmp_path / "secret.csv").write_text("rahasia")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "folder.csv").mkdir()
    (folder / "c.csv.part").write_text("belum")
    (folder / "baris\nbaru.csv").write_text("nama aneh")
    (folder / ("x" * 250 + ".csv")).write_text("panjang")
    (server.root / "3510" / "umpan_balik").mkdir()
    (server.root / "3510" / "umpan_balik" / "jawaban.xlsx").write_text("jawaban")
    (server.root / "3510" / "lain").mkdir()
    (server.root / "3510" / "lain" / "d.csv").write_text("lain")
    came, notices = bring(CHANNEL, errand(tmp_path / "one"))
    assert {item.source_name for item in came} == {
        "a.csv",
        "b.csv",
        "baris\nbaru.csv",
        "x" * 250 + ".csv",
    }
    assert all(item.path.parent == tmp_path / "one" for item in came)
    assert sorted(text.split(" ", 1)[0].rsplit("/", 1)[1] for text in notices) == [
        "d.csv:",
        "folder.csv",
        "link.csv",
    ]


def test_a_name_that_is_not_utf_8_leaves_the_others(server: SftpServer, tmp_path: Path) -> None:
    office = os.fsencode(server.root / "3510")
    for name in (b"staple_prices/harga\xe9.csv", b"lain\xff"):
        with open(os.path.join(office, name), "wb") as file:  # noqa: PTH118, PTH123 - names of bytes
            file.write(b"isi")
    came, notices = bring(CHANNEL, errand(tmp_path / "one"))
    assert [item.source_name for item in came] == ["a.csv", "b.csv"]
    assert [text.split(" is not taken: its name is not UTF-8")[0] for text in notices] == [
        r"3510/lain\udcff",
        r"3510/staple_prices/harga\udce9.csv",
    ]


def test_a_file_that_is_too_large_leaves_the_others(server: SftpServer, tmp_path: Path) -> None:
    (server.root / "3510/staple_prices/a.csv").write_bytes(b"x" * ((1 << 20) + 1))
    came, notices = bring(CHANNEL, errand(tmp_path / "one"))
    assert [item.source_name for item in came] == ["b.csv"]
    assert "larger than 1 MiB" in notices[0]


def test_a_file_being_written_waits(server: SftpServer, tmp_path: Path) -> None:
    target = server.root / "3510/staple_prices/a.csv"

    def grow(path: str, offset: int, found: bytes) -> bytes:
        if path.endswith("a.csv") and offset == 0:
            with target.open("ab") as growing:
                growing.write(b"lagi\n")
        return found

    server.on_read = grow
    came, notices = bring(CHANNEL, errand(tmp_path / "one"))
    assert [item.source_name for item in came] == ["b.csv"]
    assert "still being written" in notices[0]


def test_a_truncated_download_is_the_lines_fault(server: SftpServer, tmp_path: Path) -> None:
    server.on_read = lambda path, offset, found: b"" if path.endswith("b.csv") else found
    came = fails(CHANNEL, errand(tmp_path / "one"), Whose.LINE)
    assert [item.source_name for item in came] == ["a.csv"], "what came before stands"
    assert len(list((tmp_path / "one").iterdir())) == 1


def test_a_slow_server_costs_the_errands_time_only(server: SftpServer, tmp_path: Path) -> None:
    def slow(path: str, offset: int, found: bytes) -> bytes:
        time.sleep(1.5)
        return found

    server.on_read = slow
    started = time.monotonic()
    fails(CHANNEL, errand(tmp_path / "one", seconds=1.0), Whose.LINE)
    assert time.monotonic() - started < 5


def test_a_dead_server_is_the_lines_fault(
    server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        server.port = taken.getsockname()[1]
        monkeypatch.setenv(VARIABLE, server.connection_uri("3510"))
        fails(CHANNEL, errand(tmp_path / "one"), Whose.LINE, "did not answer")


def test_another_host_key_is_ours_and_nothing_is_sent(
    server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    monkeypatch.setenv(VARIABLE, server.connection_uri("3510", host_key=other))
    fails(CHANNEL, errand(tmp_path / "one"), Whose.OURS, "another host key")


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"host_key": None}, "does not pin"),
        ({"no_host_key_check": True}, "does not pin"),
        ({"host_key": "ssh-ed25519 bukan"}, "cannot be read"),
        ({"settle_seconds": "lama"}, "settle_seconds"),
    ],
)
def test_a_connection_that_says_too_little_is_ours(
    server: SftpServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    extra: dict[str, object],
    words: str,
) -> None:
    monkeypatch.setenv(VARIABLE, server.connection_uri("3510", **extra))
    fails(CHANNEL, errand(tmp_path / "one"), Whose.OURS, words)


def test_no_connection_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    fails(SftpChannel("tidak_ada"), errand(tmp_path / "one"), Whose.OURS, "no usable connection")


def test_a_wrong_password_is_ours_in_other_words(
    server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, server.connection_uri("3510", password="salah"))
    fails(CHANNEL, errand(tmp_path / "one"), Whose.OURS, "password or key is refused")


def test_a_missing_folder_is_theirs(
    server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, server.connection_uri("3510", folder="tidak_ada"))
    fails(CHANNEL, errand(tmp_path / "one"), Whose.THEIRS, "no folder")
