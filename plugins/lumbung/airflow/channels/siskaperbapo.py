"""Staple prices of an office's markets, asked of Siskaperbapo market by market and day by day."""

import csv
import json
import re
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from html import escape
from pathlib import Path
from typing import Any

from lumbung import clock
from lumbung.airflow.channels.calls import CallError, Server
from lumbung.airflow.channels.connections import Place, place_of
from lumbung.intake.channels.base import SECONDS, Arrival, Errand, Notice, Whose
from lumbung.intake.channels.download import TooLargeError, save
from lumbung.settings import Settings

_DATASET = "staple_prices"
_DAYS = 7
_DAYS_AT_MOST = 31
_PACE_SECONDS = 0.3
_MARKETS_AT_MOST = 100
_ANSWER_BYTES = 4 << 20
_TABLE = re.compile(r"<table\b[^>]*>", re.IGNORECASE)
_TABLE_END = "</table>"
_PRICE = "harga sekarang"


class SiskaperbapoChannel:
    """Makes one HTML document per day out of the tables of the office's markets.

    Siskaperbapo's tables name neither market nor day. Each is kept as it came, but for two rows put first in
    it: ``Pasar`` with the market's name, ``Tanggal`` with the day; the decoder reads them as named above the
    table. Values are filled in and revised after their day, so the last 7 days are pulled every night; a day
    that has not changed comes to the same bytes, and one that has is a new version of the same file. A day on
    which no market has a price yet is told and not taken, and neither is a day that lacks one of its markets.

    Connection: see `calls.Server`; its extra may also have ``slug`` (the regency's; default: the seed
    ``regencies``), ``days`` (default 7), ``date_format`` (default ``%Y-%m-%d``) and ``seconds``. Fast clients
    are turned away: ``pace_seconds`` is 0.3 unless said otherwise.
    """

    name = "siskaperbapo"

    def __init__(self, connection_id: str) -> None:
        """``connection_id`` names the Airflow connection; it is looked up when something is fetched."""
        self._connection_id = connection_id

    def fetch(self, errand: Errand) -> Iterator[Arrival | Notice]:
        """The days, newest first: they do not touch one another, and the newest is the one that is due.

        Raises:
            ChannelError: As for the HTTP channel; days given before stand.
        """
        place = place_of(self._connection_id)
        seconds = place.number("seconds", SECONDS, 3600)
        errand = replace(errand, ends_at=min(errand.ends_at, time.monotonic() + seconds))
        days = int(place.number("days", _DAYS, _DAYS_AT_MOST)) or 1
        shape = place.text("date_format", "%Y-%m-%d")
        slug = place.text("slug", "") or _slug(place, errand.regency_code)
        with closing(Server(place, errand, _PACE_SECONDS)) as server:
            markets = _markets(server, slug)
            for day in (errand.business_date - timedelta(days=n) for n in range(days)):
                shown = f"{errand.regency_code}/{_DATASET} of {day.isoformat()}"
                try:
                    tables = [_tables(server, slug, market, name, day, shape) for market, name in markets]
                    if not any(has_price for _, has_price in tables):
                        yield Notice(f"{shown}: no market has a price yet")
                        continue
                    path = save(errand, _document(day, [text for text, _ in tables]))
                except TooLargeError as error:
                    yield Notice(f"{shown} is not taken: {error}")
                    continue
                yield Arrival(_DATASET, f"siskaperbapo_{day.isoformat()}.html", path, clock.now())


def _slug(place: Place, regency_code: str) -> str:
    """Siskaperbapo's word for a regency."""
    try:
        with (Settings.load().seeds / "regencies.csv").open(encoding="utf-8", newline="") as file:
            slugs = {row["regency_code"]: row["siskaperbapo_slug"] for row in csv.DictReader(file)}
        return slugs[regency_code]
    except (OSError, KeyError):
        raise place.wrong(
            f"the seed regencies has no siskaperbapo_slug for {regency_code}",
            "Add it there, or give the extra a `slug`.",
        ) from None


def _markets(server: Server, slug: str) -> list[tuple[str, str]]:
    """Id and name of the regency's markets, in the order of their ids."""
    what = "the list of markets"
    content = _content(server, "GET", f"/harga/pasar.json/{slug}", what)
    try:
        listed = json.loads(content)
        markets = {str(entry["psr_id"]): str(entry["psr_nama"]).strip() for entry in listed}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _wrong(server, f"the list of markets of {slug} cannot be read") from None
    if not markets or len(markets) > _MARKETS_AT_MOST or not all(name for name in markets.values()):
        raise _wrong(server, f"the list of markets of {slug} has {len(markets)} entries, or one without name")
    return sorted(markets.items(), key=lambda market: (len(market[0]), market[0]))


def _tables(server: Server, slug: str, market: str, name: str, day: date, shape: str) -> tuple[str, bool]:
    """A market's tables of one day with its name and the day put first, and whether they hold a price."""
    what = f"the prices of market {market} on {day.isoformat()}"
    form = {"tanggal": day.strftime(shape), "kabkota": slug, "pasar": market}
    text = _decoded(_content(server, "POST", "/harga/tabel.nodesign/", what, form))
    begin, end = _TABLE.search(text), text.lower().rfind(_TABLE_END)
    if begin is None or end < begin.start():
        raise _wrong(server, f"{what} came without a table")
    text = text[begin.start() : end + len(_TABLE_END)]
    said = f"<tr><th>Pasar</th><td>{escape(name)}</td></tr><tr><th>Tanggal</th><td>{day:%d/%m/%Y}</td></tr>"
    return _TABLE.sub(lambda found: f"{found[0]}\n{said}\n", text), _has_price(text)


def _has_price(text: str) -> bool:
    """Whether the column of today's price holds a figure; a table of another form is left to the decoder."""
    from lxml import html

    for table in html.fromstring(f"<div>{text}</div>").iter("table"):
        rows = [
            ["".join(map(str, cell.itertext())).strip() for cell in row.iter("td", "th")]
            for row in table.iter("tr")
        ]
        header = next((row for row in rows if _PRICE in map(str.lower, row)), None)
        if header is None:
            return True
        at = [cell.lower() for cell in header].index(_PRICE)
        if any(len(row) > at and re.search("[1-9]", row[at]) for row in rows):
            return True
    return False


def _document(day: date, tables: list[str]) -> Iterator[bytes]:
    head = f'<head><meta charset="utf-8"><title>{day}</title></head>'
    yield f'<!DOCTYPE html>\n<html lang="id">{head}<body>\n'.encode()
    for table in tables:
        yield f"{table}\n".encode()
    yield b"</body></html>\n"


def _content(server: Server, method: str, path: str, what: str, form: dict[str, Any] | None = None) -> bytes:
    with server.call(method, server.url(path), what, data=form) as response:
        saved: Path = server.save(response)
        try:
            if saved.stat().st_size > _ANSWER_BYTES:
                raise TooLargeError(_ANSWER_BYTES)
            return saved.read_bytes()
        finally:
            saved.unlink()


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _wrong(server: Server, what: str) -> CallError:
    return CallError(
        Whose.THEIRS, f"{server.shown}: {what}.", "See in a browser what the site says; it may have changed."
    )
