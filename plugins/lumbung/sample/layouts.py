"""The layouts in which offices arrange the same price quotes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lumbung.sample.files import Cell, Sheets

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


@dataclass(frozen=True)
class Quote:
    """One line of an office's table; ``price`` is a text (``-``, ``0``, blank) where the office has none."""

    day: date
    market: str
    commodity: str
    unit: str
    price: int | str
    group: str = ""


@dataclass(frozen=True)
class Hand:
    """How an office writes: its column headers, its dates and its amounts.

    Attributes:
        columns: Header texts in file order, each with the part of a quote it heads, or ``regency``.
        day: A day as a cell.
        price: A price as a cell.
        regency: The office's regency.
        sheet: The name of the sheet, where the layout does not decide it.
    """

    columns: Sequence[tuple[str, str]]
    day: Callable[[date], Cell]
    price: Callable[[int], Cell]
    regency: str
    sheet: str = "Harga"

    def cell(self, quote: Quote, part: str) -> Cell:
        """A part of a quote as this office writes it."""
        if part == "day":
            return self.day(quote.day)
        if part == "regency":
            return self.regency
        if part == "price":
            return self.price(quote.price) if isinstance(quote.price, int) else quote.price
        value: str = getattr(quote, part)
        return value

    def row(self, quote: Quote, without: Sequence[str] = ()) -> list[Cell]:
        """A quote as a row of this office's columns."""
        return [self.cell(quote, part) for _, part in self.columns if part not in without]

    def header(self, without: Sequence[str] = ()) -> list[Cell]:
        """The header of these columns."""
        return [text for text, part in self.columns if part not in without]

    def head(self, part: str) -> str:
        """The header text of one part."""
        return next(text for text, own in self.columns if own == part)


Layout = Callable[[Hand, list[Quote]], Sheets]


def long(hand: Hand, quotes: list[Quote]) -> Sheets:
    """One quote per row."""
    return {hand.sheet: [hand.header(), *(hand.row(quote) for quote in quotes)]}


def wide_by_date(hand: Hand, quotes: list[Quote]) -> Sheets:
    """One row per market and commodity, one column per day; groups of commodities have rows of their own."""
    days = sorted({quote.day for quote in quotes})
    prices = {(quote.market, quote.commodity, quote.day): quote for quote in quotes}
    rows: list[list[Cell]] = [
        ["No", hand.head("market"), hand.head("commodity"), hand.head("unit"), *map(hand.day, days)]
    ]
    for market in _distinct(quotes, "market"):
        groups = _distinct([quote for quote in quotes if quote.market == market], "group")
        for number, group in enumerate(groups):
            rows.append([ROMAN[number], None, group.upper()])
            goods = _distinct([q for q in quotes if q.market == market and q.group == group], "commodity")
            for at, commodity in enumerate(goods, start=1):
                cells = [prices[market, commodity, day] for day in days]
                rows.append(
                    [at, market, commodity, cells[0].unit, *(hand.cell(quote, "price") for quote in cells)]
                )
    return {hand.sheet: rows}


def wide_by_commodity(hand: Hand, quotes: list[Quote]) -> Sheets:
    """One row per day and market, one column per commodity."""
    goods = _distinct(quotes, "commodity")
    by_row: dict[tuple[date, str], dict[str, Quote]] = {}
    for quote in quotes:
        by_row.setdefault((quote.day, quote.market), {})[quote.commodity] = quote
    rows: list[list[Cell]] = [[hand.head("day"), hand.head("market"), *goods]]
    for (day, market), row in by_row.items():
        rows.append([hand.day(day), market, *(hand.cell(row[name], "price") for name in goods)])
    return {hand.sheet: rows}


def wide_by_market(hand: Hand, quotes: list[Quote]) -> Sheets:
    """One row per day and commodity, one column per market."""
    markets = _distinct(quotes, "market")
    by_row: dict[tuple[date, str], dict[str, Quote]] = {}
    for quote in quotes:
        by_row.setdefault((quote.day, quote.commodity), {})[quote.market] = quote
    rows: list[list[Cell]] = [[hand.head("day"), hand.head("commodity"), hand.head("unit"), *markets]]
    for (day, commodity), row in by_row.items():
        cells = [hand.cell(row[name], "price") for name in markets]
        rows.append([hand.day(day), commodity, row[markets[0]].unit, *cells])
    return {hand.sheet: rows}


def sheet_per_market(hand: Hand, quotes: list[Quote]) -> Sheets:
    """One sheet per market, named as the market."""
    return {
        market[:31]: [
            hand.header(["market"]),
            *(hand.row(quote, ["market"]) for quote in quotes if quote.market == market),
        ]
        for market in _distinct(quotes, "market")
    }


def named_above(hand: Hand, quotes: list[Quote]) -> Sheets:
    """Blocks one below another; day and market stand above each."""
    rows: list[list[Cell]] = []
    for market in _distinct(quotes, "market"):
        own = [quote for quote in quotes if quote.market == market]
        for day in sorted({quote.day for quote in own}):
            rows += [
                [f"{hand.head('market')}: {market}"],
                [hand.head("day"), hand.day(day)],
                hand.header(["market", "day"]),
                *(hand.row(quote, ["market", "day"]) for quote in own if quote.day == day),
                [],
            ]
    return {hand.sheet: rows}


def nested(hand: Hand, quotes: list[Quote]) -> dict[str, Any]:
    """``{regency: {market: {commodity: {day: price}}}}``, for JSON."""
    content: dict[str, Any] = {}
    for quote in quotes:
        by_day = content.setdefault(hand.regency, {}).setdefault(quote.market, {})
        by_day.setdefault(quote.commodity, {})[str(hand.day(quote.day))] = hand.cell(quote, "price")
    return content


LAYOUTS: dict[str, Layout] = {
    "long": long,
    "wide_by_date": wide_by_date,
    "wide_by_commodity": wide_by_commodity,
    "wide_by_market": wide_by_market,
    "sheet_per_market": sheet_per_market,
    "named_above": named_above,
}


def _distinct(quotes: Sequence[Quote], part: str) -> list[str]:
    return list(dict.fromkeys(getattr(quote, part) for quote in quotes))
