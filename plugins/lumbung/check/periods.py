"""The contract period of every row: its first and last day, from the row's date, or its year and month."""

import numpy as np
from numpy.typing import NDArray

from lumbung import labels
from lumbung.check.frame import NO_DAY, YEARS, NightRows
from lumbung.contracts.model import Contract

Days = NDArray[np.int32]

_MONDAY = 3
"""1 January 1970 was a Thursday."""
_MONTHS_OF_PERIOD = {f"TW{n}": (3 * n - 2, 3 * n) for n in range(1, 5)}
_MONTHS_OF_PERIOD |= {f"{n:02d}": (n, n) for n in range(1, 13)} | {"tahunan": (1, 12)}


def periods_of(contract: Contract, rows: NightRows) -> tuple[Days, Days]:
    """First and last day of each row's period, days since 1970; ``NO_DAY`` where the row does not say.

    Days and weeks come from the field ``observed_on``; months from ``year`` and ``month``; quarters, months
    and years of one dataset from ``year`` and ``period``; years from ``year`` alone.
    """
    if "observed_on" in rows.days:
        day = rows.days["observed_on"]
        if contract.calendar.period == "daily":
            return day, day
        first = np.where(day == NO_DAY, NO_DAY, day - (day + _MONDAY) % 7).astype(np.int32)
        return first, np.where(day == NO_DAY, NO_DAY, first + 6).astype(np.int32)
    year = rows.numbers["year"]
    known = np.isfinite(year) & (year >= YEARS[0]) & (year <= YEARS[1])
    bounds = np.full((len(year), 2), (1, 12), dtype=np.int64)
    for name in ("month", "period"):
        if name in rows.codes:
            codes = rows.codes[name]
            known = known & (codes >= 0)
            months = [
                _MONTHS_OF_PERIOD.get(code) or (int(code), int(code)) for code in rows.lists.named(name)
            ]
            bounds = np.array([*months, (1, 12)], dtype=np.int64)[codes]
    opening, closing = bounds[:, 0], bounds[:, 1]
    whole = np.where(known, year, 1970).astype(np.int64)
    start = _first_of_month(whole, opening)
    end = _first_of_month(whole + closing // 12, closing % 12 + 1) - 1
    return (
        np.where(known, start, NO_DAY).astype(np.int32),
        np.where(known, end, NO_DAY).astype(np.int32),
    )


def reported_periods(contract: Contract, first: Days, last: Days) -> Days:
    """First day of the contract's period in which each row is reported: the one in which its own ends.

    They differ where rows speak of months, quarters and years, and the files are quarterly.
    """
    if contract.calendar.period != "quarterly":
        return first
    months = last.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    quarters = (months // 3 * 3).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return np.where(first == NO_DAY, NO_DAY, quarters).astype(np.int32)


def period_in_words(first: int, last: int) -> str:
    """A period as people call it: a day, days from to, a month, a quarter, a year."""
    one, other = (np.datetime64(day, "D").item() for day in (first, last))
    if first == last:
        return labels.format_date(one)
    if (one.month, one.day, other.month, other.day) == (1, 1, 12, 31) and one.year == other.year:
        return f"tahun {one.year}"
    if one.day == 1 and one.year == other.year and (other.month - one.month) in (0, 2) and last - first > 26:
        if one.month == other.month:
            return labels.format_date(one).partition(" ")[2]
        return f"triwulan {('I', 'II', 'III', 'IV')[one.month // 3]} {one.year}"
    return f"{labels.format_date(one)} sampai {labels.format_date(other)}"


def _first_of_month(year: NDArray[np.int64], month: NDArray[np.int64]) -> NDArray[np.int64]:
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days: NDArray[np.int64] = months.astype("datetime64[D]").astype(np.int64)
    return days
