"""The Siskaperbapo channel against its calls on loopback, down to what the check accepts."""

import csv
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lumbung import offline
from lumbung.airflow.channels.siskaperbapo import SiskaperbapoChannel
from lumbung.intake.channels.base import Arrival, ChannelError, Errand, Notice, Whose
from lumbung.reference import Reference
from lumbung.settings import Settings
from tests.servers.http import Call, HttpServer, Reply
from tests.servers.siskaperbapo import Prices, siskaperbapo_server, table_of

DAY = date(2026, 7, 28)
SLUG = "banyuwangikab"
MARKETS = {"11": "Pasar Rogojampi", "9": "Pasar Banyuwangi"}
PRICES: Prices = {
    ("Pasar Rogojampi", "2026-07-28"): {"Beras Premium": "12.508", "Bawang Merah": "-"},
    ("Pasar Banyuwangi", "2026-07-28"): {"Beras Premium": "12.700", "Bawang Merah": "34.250"},
    ("Pasar Banyuwangi", "2026-07-27"): {"Bawang Merah": "33.000"},
}
TABLES = "/harga/tabel.nodesign/"


@pytest.fixture
def server() -> Iterator[HttpServer]:
    with siskaperbapo_server(SLUG, MARKETS, PRICES) as running:
        yield running


@pytest.fixture
def errand(tmp_path: Path) -> Errand:
    return Errand("3510", DAY, frozenset(("staple_prices",)), tmp_path)


@pytest.fixture
def fetch(monkeypatch: pytest.MonkeyPatch, errand: Errand) -> Any:
    """Fetch from a server: what came, and the failure after it."""

    def run(
        server: HttpServer, own: Errand = errand, **extra: Any
    ) -> tuple[list[Arrival | Notice], ChannelError | None]:
        connection = server.connection(extra={"pace_seconds": 0, **extra})
        monkeypatch.setenv("AIRFLOW_CONN_SISKAPERBAPO", connection)
        came: list[Arrival | Notice] = []
        try:
            for item in SiskaperbapoChannel("siskaperbapo").fetch(own):
                came.append(item)
        except ChannelError as error:
            return came, error
        return came, None

    return run


def names(came: list[Arrival | Notice]) -> list[str]:
    return [item.source_name for item in came if isinstance(item, Arrival)]


def test_a_week_of_days_comes_as_one_document_each(server: HttpServer, fetch: Any) -> None:
    came, error = fetch(server)
    assert error is None
    assert names(came) == ["siskaperbapo_2026-07-28.html", "siskaperbapo_2026-07-27.html"]
    notices = [item.text for item in came if isinstance(item, Notice)]
    assert notices == [
        f"3510/staple_prices of 2026-07-{day}: no market has a price yet" for day in range(26, 21, -1)
    ]
    asked = [(call.form["tanggal"], call.form["pasar"]) for call in server.calls if call.path == TABLES]
    assert asked == [(f"2026-07-{day}", market) for day in range(28, 21, -1) for market in ("9", "11")]


def test_the_tables_are_kept_as_they_came(server: HttpServer, fetch: Any) -> None:
    came, _ = fetch(server)
    document = came[0].path.read_text()
    for market in MARKETS.values():
        sent = table_of(PRICES[market, "2026-07-28"])
        assert sent[sent.index("<thead>") : sent.index("</table>")] in document


def test_the_same_day_twice_is_the_same_bytes(server: HttpServer, fetch: Any) -> None:
    first, second = (fetch(server)[0] for _ in range(2))
    assert first[0].path != second[0].path
    assert first[0].path.read_bytes() == second[0].path.read_bytes()


def test_a_document_is_accepted_with_the_exact_values(
    server: HttpServer, fetch: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUMBUNG_HOME", str(tmp_path / "home"))
    came, _ = fetch(server)
    prices, verdict = _judged(came[0].path, tmp_path)
    assert verdict == "accepted"
    assert prices == {
        ("3510-pasar-rogojampi", "beras_premium", "2026-07-28", 12508),
        ("3510-pasar-banyuwangi", "beras_premium", "2026-07-28", 12700),
        ("3510-pasar-banyuwangi", "bawang_merah", "2026-07-28", 34250),
    }


def test_a_fast_client_is_let_in_after_a_pause(server: HttpServer, fetch: Any) -> None:
    answer = server.answers[TABLES]
    turned_away = [Reply(status=403), Reply(status=403)]
    server.answers[TABLES] = lambda call: turned_away.pop() if turned_away else answer(call)  # type: ignore[operator]
    came, error = fetch(server, days=1)
    assert (names(came), error) == (["siskaperbapo_2026-07-28.html"], None)


def test_calls_are_paced(server: HttpServer, fetch: Any) -> None:
    began = time.monotonic()
    fetch(server, days=1, pace_seconds=0.1)  # the list of markets, and two markets
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize(
    ("reply", "whose"),
    [
        (Reply(status=403), Whose.THEIRS),
        (Reply(status=500), Whose.THEIRS),
        (Reply(b"<html>Situs sedang dalam perbaikan</html>"), Whose.THEIRS),
        (Reply(b"<table></table>" * 9, cut=20), Whose.LINE),
        (Reply(status=401), Whose.OURS),
    ],
)
def test_a_day_that_lacks_a_market_is_not_taken(
    server: HttpServer, fetch: Any, reply: Reply, whose: Whose
) -> None:
    answer = server.answers[TABLES]

    def fails(call: Call) -> Reply:
        is_last = (call.form["tanggal"], call.form["pasar"]) == ("2026-07-27", "11")
        return reply if is_last else answer(call)  # type: ignore[operator]

    server.answers[TABLES] = fails
    came, error = fetch(server)
    assert names(came) == ["siskaperbapo_2026-07-28.html"]
    assert error.whose is whose


def test_a_site_that_falls_silent_costs_no_more_than_its_time(
    server: HttpServer, fetch: Any, errand: Errand
) -> None:
    answer = server.answers[TABLES]
    slow = Reply(b"<table>", delay=30)
    server.answers[TABLES] = lambda call: answer(call) if call.form["tanggal"].endswith("28") else slow  # type: ignore[operator]
    began = time.monotonic()
    came, error = fetch(server, replace(errand, ends_at=began + 0.6))
    assert time.monotonic() - began < 2
    assert (names(came), error.whose) == (["siskaperbapo_2026-07-28.html"], Whose.LINE)


@pytest.mark.parametrize(
    "listed", [b"[]", b"<html>", b'[{"psr_id": 1}]', b'{"a": 1}', json.dumps([1]).encode()]
)
def test_a_list_of_markets_that_is_none_is_theirs(server: HttpServer, fetch: Any, listed: bytes) -> None:
    server.answers[f"/harga/pasar.json/{SLUG}"] = Reply(listed)
    came, error = fetch(server)
    assert (came, error.whose) == ([], Whose.THEIRS)


def test_an_office_without_a_slug_is_ours(server: HttpServer, fetch: Any, errand: Errand) -> None:
    came, error = fetch(server, replace(errand, regency_code="3599"))
    assert (came, error.whose, server.calls) == ([], Whose.OURS, [])


def _judged(path: Path, folder: Path) -> tuple[set[tuple[Any, ...]], str]:
    """Prices that the check accepts of a document, by market, commodity and day; and its verdict."""
    from lumbung.check import outputs, stage
    from lumbung.check.decoded import DecodedFile
    from lumbung.decode.job import DecodeJob
    from lumbung.decode.stage import decode_files

    settings = Settings.load()
    reference = Reference.load(settings)
    contract = offline.contract_named("staple_prices", settings.expectations)
    tried = offline.try_file(path, contract, reference, "3510", DAY)
    assert not tried.answer.findings
    job = DecodeJob("x", path, path.name, "3510")
    (outcome,) = decode_files([job], contract, folder / "decoded", reference=reference)
    file = DecodedFile(0, "x", "3510", reference.offices["3510"].name, path.name, outcome)
    stage.judge(None, folder, contract, reference, [file], DAY)
    accepted = _accepted_rows(outputs.accepted_path(folder, "x"))
    return accepted, tried.answer.verdict


def _accepted_rows(path: Path) -> set[tuple[Any, ...]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {
            (row["market_id"], row["commodity_code"], row["observed_on"], int(row["price_idr"]))
            for row in csv.DictReader(lines)
        }
