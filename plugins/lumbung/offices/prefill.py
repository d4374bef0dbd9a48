"""What a template can already say: the period it is for, and the rows an office reports every time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lumbung.contracts.model import Contract
from lumbung.reference import Reference
from lumbung.vocabularies import MONTHS, vocabulary

Value = str | int | date
Row = dict[str, Value]
"""Values by field name; a field that is not there is for the office to fill in."""

_BY_WEIGHT = ("kg", "liter")
"""Units of commodities whose stocks are counted in tonnes; a sack of cement or a gas bottle is not."""


@dataclass(frozen=True)
class Period:
    """A period of a contract: its first and last day."""

    first: date
    last: date


def period_to_report(kind: str, day: date) -> Period:
    """The last period that is over on a day; a day is over on itself.

    Args:
        kind: As in the contract's calendar.
        day: What today means.
    """
    if kind == "daily":
        return Period(day, day)
    if kind == "weekly":
        last = day - timedelta(days=(day.weekday() + 1) % 7)
        return Period(last - timedelta(days=6), last)
    months = {"monthly": 1, "quarterly": 3, "yearly": 12}[kind]
    tomorrow = day + timedelta(days=1)
    end = tomorrow.year * 12 + (tomorrow.month - 1) // months * months
    start = end - months
    first = date(start // 12, start % 12 + 1, 1)
    return Period(first, date(end // 12, end % 12 + 1, 1) - timedelta(days=1))


def rows_to_fill(contract: Contract, reference: Reference, regency_code: str, period: Period) -> list[Row]:
    """The rows that an office reports every time, without their figures; none where only it knows them."""
    known = _ROWS.get(contract.dataset)
    return known(reference, regency_code, period) if known else []


def _prices(reference: Reference, regency_code: str, period: Period) -> list[Row]:
    """All consumer prices first: that is what most offices report."""
    regency = reference.regencies[regency_code].name
    levels = vocabulary("price_level", reference)
    return [
        {
            "observed_on": period.last,
            "regency": regency,
            "market": market,
            "commodity": commodity.name,
            "price_level": levels.name(level),
            "unit": commodity.unit,
        }
        for level in levels.codes
        for market in reference.market_candidates(regency_code)
        for commodity in reference.commodities.values()
    ]


def _stocks(reference: Reference, regency_code: str, period: Period) -> list[Row]:
    """Each commodity's days together, because one day's closing stock opens the next."""
    regency = reference.regencies[regency_code].name
    days = [period.first + timedelta(days=n) for n in range((period.last - period.first).days + 1)]
    return [
        {"observed_on": day, "regency": regency, "commodity": commodity.name}
        for commodity in reference.commodities.values()
        if commodity.unit in _BY_WEIGHT
        for day in days
    ]


def _indicators(reference: Reference, regency_code: str, period: Period) -> list[Row]:
    """Every indicator that offices report; those that the warehouse computes are not asked for."""
    regency = reference.regencies[regency_code].name
    quarter = vocabulary("reporting_period", reference).name(f"TW{(period.first.month + 2) // 3}")
    return [
        {"year": period.last.year, "period": quarter, "regency": regency, "indicator": indicator.name}
        for indicator in reference.indicators.values()
        if indicator.kind != "computed"
    ]


_ROWS: dict[str, Callable[[Reference, str, Period], list[Row]]] = {
    "staple_prices": _prices,
    "staple_stocks": _stocks,
    "indicator_realisations": _indicators,
}


def not_applicable(contract: Contract, reference: Reference, row: Row) -> Sequence[str]:
    """Fields that a prefilled row has no use for: only shares have a numerator and a denominator."""
    if contract.dataset != "indicator_realisations":
        return ()
    kinds = {indicator.name: indicator.kind for indicator in reference.indicators.values()}
    return () if kinds[str(row["indicator"])] == "ratio" else ("numerator", "denominator")


def in_words(kind: str, period: Period) -> str:
    """A period as people call it."""
    from lumbung.labels import format_date

    first, last = period.first, period.last
    match kind:
        case "daily":
            return format_date(last, weekday=True)
        case "weekly":
            return f"{format_date(first)} – {format_date(last)}"
        case "monthly":
            return f"{MONTHS[first.month - 1]} {first.year}"
        case "quarterly":
            return f"triwulan {('I', 'II', 'III', 'IV')[first.month // 3]} {first.year}"
        case _:
            return f"tahun {first.year}"
