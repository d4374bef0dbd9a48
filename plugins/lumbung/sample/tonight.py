"""Tonight's submissions: one file per office, each in its office's manner, a few with one fault."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np

from lumbung.clock import JAKARTA
from lumbung.sample.files import set_modified
from lumbung.sample.layouts import Quote
from lumbung.sample.manners import MANNERS, Manner
from lumbung.sample.panel import Panel
from lumbung.sample.places import Good

DROPPED_ZERO = "3509"
UNKNOWN_MARKET = "3516"
UNUSUAL_MOVE = "3578"
DUPLICATE_HEADER = "3574"
WHOLE_WEEK = "3510"
LATE = {"3501": time(12, 35), "3526": time(14, 5), "3529": time(16, 50)}

VERDICTS = {
    DROPPED_ZERO: "partially_accepted",
    UNKNOWN_MARKET: "partially_accepted",
    UNUSUAL_MOVE: "accepted_with_notes",
    DUPLICATE_HEADER: "rejected",
}
"""What the faulty offices should hear; all others are accepted."""

MISSING = ("", "-", "0")
"""What offices write for a price that the market has not reported yet."""


@dataclass(frozen=True)
class Tonight:
    """What was written for one office: where, how many rows, when it arrived, the verdict it should get."""

    path: Path
    rows: int
    arrived_at: datetime
    expected_verdict: str


def write_tonight(panel: Panel, folder: Path, business_date: date, seed: int) -> dict[str, Tonight]:
    """Write ``<folder>/<regency>/staple_prices/<file>`` for every regency of the panel's last day."""
    rng = np.random.default_rng([seed, 2])
    written = {}
    for number, code in enumerate(sorted({place.regency_code for place in panel.places})):
        manner = MANNERS[number % len(MANNERS)]
        span = 7 if code == WHOLE_WEEK else manner.span
        quotes = _with_fault(code, _quotes(panel, code, manner, span), panel.goods)
        if code not in VERDICTS and number % 3 == 2:
            quotes = _priced(quotes, int(rng.integers(len(quotes))), MISSING[number // 3 % len(MISSING)])
        place = next(place for place in panel.places if place.regency_code == code)
        target = folder / code / "staple_prices"
        target.mkdir(parents=True, exist_ok=True)
        twice = "price" if code == DUPLICATE_HEADER else ""
        path = manner.write(target, place.regency_name, business_date, quotes, twice)
        arrived_at = _arrival(code, business_date, int(rng.integers(285)))
        set_modified(path, arrived_at)
        written[code] = Tonight(path, len(quotes), arrived_at, VERDICTS.get(code, "accepted"))
    return written


def _quotes(panel: Panel, code: str, manner: Manner, span: int) -> list[Quote]:
    """The office's lines of the panel's last days, market by market."""
    return [
        Quote(
            day=panel.days[d],
            market=place.market_name.upper() if manner.is_loud else place.market_name,
            commodity=(manner.is_colloquial and good.level.spoken_name) or good.name,
            unit=good.unit,
            price=int(panel.prices[d, p, g]),
            group=good.group,
        )
        for d in range(len(panel.days) - span, len(panel.days))
        for p, place in enumerate(panel.places)
        if place.regency_code == code
        for g, good in enumerate(panel.goods)
    ]


def _with_fault(code: str, quotes: list[Quote], goods: list[Good]) -> list[Quote]:
    """Put the office's one fault into its lines."""
    if code == DROPPED_ZERO:
        at, _ = _first(quotes, goods, "bawang_merah")
        return _priced(quotes, at, int(quotes[at].price) // 10)
    if code == UNUSUAL_MOVE:
        at, good = _first(quotes, goods, "cabai_rawit_merah")
        step = good.level.step_idr
        risen = int(quotes[at].price) * (1 + 1.3 * good.move_threshold_pct / 100)
        return _priced(quotes, at, round(risen / step) * step)
    if code == UNKNOWN_MARKET:
        first = quotes[0].market
        return [
            replace(quote, market="Pasar Tiban Minggu Pagi") if quote.market == first else quote
            for quote in quotes
        ]
    return quotes


def _first(quotes: list[Quote], goods: list[Good], commodity_code: str) -> tuple[int, Good]:
    """The commodity's first line, and the commodity."""
    good = next(good for good in goods if good.level.commodity_code == commodity_code)
    names = {good.name, good.level.spoken_name}
    return next(i for i, quote in enumerate(quotes) if quote.commodity in names), good


def _priced(quotes: list[Quote], at: int, price: int | str) -> list[Quote]:
    """The same lines with another price in one of them."""
    return [*quotes[:at], replace(quotes[at], price=price), *quotes[at + 1 :]]


def _arrival(code: str, day: date, minutes: int) -> datetime:
    """07:00 to 11:45 for those on time, the named hour for those who are late; Asia/Jakarta."""
    if code in LATE:
        return datetime.combine(day, LATE[code], tzinfo=JAKARTA)
    return datetime.combine(day, time(7, 0), tzinfo=JAKARTA) + timedelta(minutes=minutes)
