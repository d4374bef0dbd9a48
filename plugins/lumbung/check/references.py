"""The reference price of a row, and whether its price looks like a unit or zero error.

The rule: reference = median of the last ``window`` unsuspected observations of the same market, commodity
and level dated before the row's day (at least ``min_observations``; those of the same file included, in date
order), else the same day's median over the province. A price is suspected when
``|log10(price / reference) - k| <= log10_tolerance`` for a k in {-2, -1, 1, 2}.

A suspected observation enters no later reference, so the rule is sequential. It is computed in two steps that
give the same answer: all series at once with every observation included, then one by one only the series in
which that found a suspect. In a series without one, nothing is ever left out, so the first step is exact; in
the others it is exact up to the first suspect, because until then nothing has been left out either.
"""

from bisect import bisect_left, insort
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FACTORS = (-2, -1, 1, 2)
"""Powers of ten that a unit or zero error makes."""

_CHUNK = 1 << 16
_DAY_BITS = 22
_EARLIEST = -719_163
"""Year 1 in days since 1970."""


@dataclass(frozen=True)
class ReferenceParameters:
    """Numbers of the rule; they come from the thresholds seed.

    ``window`` and ``min_observations`` count observations, ``log10_tolerance`` is in powers of ten.
    """

    window: int = 30
    min_observations: int = 3
    log10_tolerance: float = 0.15


@dataclass(frozen=True)
class Rows:
    """The priced rows of tonight's files, one array element per row.

    Attributes:
        series: Number of the row's series: one market, commodity and level within one file.
        day: Days since 1970-01-01.
        price: Rupiah, above 0.
        is_observation: Whether the row may serve later rows as an observation; at most one per
            series and day.
    """

    series: Ints
    day: Ints
    price: Floats
    is_observation: Bools


@dataclass(frozen=True)
class Known:
    """Unsuspected observations of the warehouse for the same series; at most one per series and day."""

    series: Ints
    day: Ints
    price: Floats


@dataclass(frozen=True)
class Judged:
    """What the rule says, one array element per row of ``Rows``.

    Attributes:
        reference: The reference price, NaN where there is none.
        factor: -2, -1, 1 or 2 when suspected, else NaN.
        previous: The last unsuspected observation dated before the row's day, NaN where there is none.
        previous_day: Its day, days since 1970-01-01; without meaning where there is none.
        unchanged_days: On the last unsuspected observation of a series in its file: days, both ends counted,
            of the run of equal prices that ends there, as far as it is known; else NaN.
    """

    reference: Floats
    factor: Floats
    previous: Floats
    previous_day: Ints
    unchanged_days: Floats


ProvinceMedian = Callable[[Ints], Floats]
"""Given positions of rows, the median over the province on their days (NaN where there is none)."""


def suspected_factor(price: Floats, reference: Floats, log10_tolerance: float) -> Floats:
    """The k of {-2, -1, 1, 2} within whose tolerance log10(price / reference) lies, else NaN."""
    factor = np.full(len(price), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = price / reference
    for k, least, most in _bands(log10_tolerance):
        factor[(ratio >= least) & (ratio <= most)] = k
    return factor


def _bands(log10_tolerance: float) -> list[tuple[int, float, float]]:
    """The ratios that mean k: bounds give one price and a million of them the same exact answer."""
    return [(k, 10.0 ** (k - log10_tolerance), 10.0 ** (k + log10_tolerance)) for k in FACTORS]


def judge(
    rows: Rows, known: Known, province_median: ProvinceMedian, parameters: ReferenceParameters
) -> Judged:
    """Judge all rows of a night against their series' recent past.

    An observation of the file replaces the warehouse's of the same series and day.

    Args:
        rows: The priced rows.
        known: What the warehouse knew before the night's first row was loaded.
        province_median: Asked only for rows whose series has too short a past.
        parameters: Numbers of the rule.
    """
    line = _Line.of(rows, known)
    start, position = line.places(rows)
    reference = _window_medians(line.price, start, position, parameters)
    short = np.flatnonzero(np.isnan(reference))
    if len(short):
        reference[short] = province_median(short)
    factor = suspected_factor(rows.price, reference, parameters.log10_tolerance)

    candidates = np.flatnonzero(~np.isnan(factor))
    if len(candidates):
        has_candidate = np.zeros(int(rows.series.max()) + 1, dtype=bool)
        has_candidate[rows.series[candidates]] = True
        affected = np.flatnonzero(has_candidate[rows.series])
        _judge_in_order(rows, line, affected, start, position, reference, factor, province_median, parameters)
    previous, previous_day = _previous(line, start, position, factor)
    return Judged(
        reference=reference,
        factor=factor,
        previous=previous,
        previous_day=previous_day,
        unchanged_days=_unchanged_days(rows, line, factor),
    )


@dataclass(frozen=True)
class _Line:
    """All observations by series and day; ``row`` is the file row it came from, -1 = the warehouse."""

    key: Ints
    price: Floats
    row: Ints

    @classmethod
    def of(cls, rows: Rows, known: Known) -> "_Line":
        own = np.flatnonzero(rows.is_observation)
        # The warehouse comes first, so that in this stable order a file row follows the one that it replaces.
        key = np.concatenate([_key(known.series, known.day), _key(rows.series[own], rows.day[own])])
        price = np.concatenate([known.price, rows.price[own]])
        row = np.concatenate([np.full(len(known.day), -1, dtype=np.int64), own])
        order = np.argsort(key, kind="stable")
        is_replaced = np.zeros(len(order), dtype=bool)
        is_replaced[:-1] = np.diff(key[order]) == 0
        order = order[~is_replaced]
        return cls(key[order], price[order], row[order])

    @property
    def day(self) -> Ints:
        """Days since 1970-01-01."""
        return (self.key & ((1 << _DAY_BITS) - 1)) + _EARLIEST

    def places(self, rows: Rows) -> tuple[Ints, Ints]:
        """Per row: where its series starts, and where its day starts or would."""
        series_count = int(rows.series.max()) + 1 if len(rows.series) else 0
        numbers = np.arange(series_count)
        series_start = np.searchsorted(self.key, _key(numbers, np.full(series_count, _EARLIEST)))
        wanted = _key(rows.series, rows.day)
        # Searching in order keeps to one part of the line at a time, several times faster on a million rows.
        order = np.argsort(wanted, kind="stable")
        position = np.empty(len(wanted), dtype=np.int64)
        position[order] = np.searchsorted(self.key, wanted[order])
        return series_start[rows.series], position


def _key(series: Ints, day: Ints) -> Ints:
    """Series and day in one sortable number; days are counted from year 1 so that none is negative."""
    return (series.astype(np.int64) << _DAY_BITS) | (day.astype(np.int64) - _EARLIEST)


def _window_medians(price: Floats, start: Ints, position: Ints, parameters: ReferenceParameters) -> Floats:
    """Median of the last ``window`` prices in [start, position), NaN when they are too few."""
    size = parameters.window
    count = np.minimum(position - start, size)
    medians = np.full(len(position), np.nan)
    offsets = np.arange(-size, 0)
    enough = np.flatnonzero(count >= max(parameters.min_observations, 1))
    for begin in range(0, len(enough), _CHUNK):
        part = enough[begin : begin + _CHUNK]
        index = position[part, None] + offsets
        n = count[part]
        window = price[np.maximum(index, 0)]
        # Sorting whole short windows padded with infinity is faster than partitioning each at its middle.
        window[offsets < -n[:, None]] = np.inf
        window.sort(axis=1)
        line = np.arange(len(part))
        medians[part] = (window[line, (n - 1) // 2] + window[line, n // 2]) / 2
    return medians


def _judge_in_order(
    rows: Rows,
    line: _Line,
    affected: Ints,
    start: Ints,
    position: Ints,
    reference: Floats,
    factor: Floats,
    province_median: ProvinceMedian,
    parameters: ReferenceParameters,
) -> None:
    """Judge the affected rows again day by day, leaving suspects out; writes into reference and factor."""
    warehouse_before = np.concatenate([[0], np.cumsum(line.row < 0)])
    could_fall_short = affected[
        warehouse_before[position[affected]] - warehouse_before[start[affected]] < parameters.min_observations
    ]
    province = dict(
        zip(could_fall_short.tolist(), province_median(could_fall_short).tolist(), strict=True)
        if len(could_fall_short)
        else ()
    )
    bands = _bands(parameters.log10_tolerance)
    order = affected[np.argsort(_key(rows.series[affected], rows.day[affected]), kind="stable")]
    breaks = np.flatnonzero(np.diff(rows.series[order])) + 1
    for members in np.split(order, breaks):
        suspects = members[~np.isnan(factor[members])]
        first_suspect_day = rows.day[suspects].min()
        members = members[rows.day[members] >= first_suspect_day]
        past = _Past(parameters.window)
        done = int(position[members[0]])
        for price in line.price[max(int(start[members[0]]), done - parameters.window) : done].tolist():
            past.add(price)
        suspected: set[int] = set()
        for row in members.tolist():
            until = int(position[row])
            for at in range(done, until):
                if int(line.row[at]) not in suspected:
                    past.add(float(line.price[at]))
            done = until
            if len(past.ordered) >= parameters.min_observations:
                reference[row] = past.median()
            else:
                reference[row] = province.get(row, np.nan)
            ratio = float(rows.price[row]) / float(reference[row])
            k = next((k for k, least, most in bands if least <= ratio <= most), None)
            factor[row] = np.nan if k is None else k
            if k is not None:
                suspected.add(row)


class _Past:
    """The last ``size`` prices, kept in order of arrival and of value."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.arrived: list[float] = []
        self.ordered: list[float] = []

    def add(self, price: float) -> None:
        self.arrived.append(price)
        insort(self.ordered, price)
        if len(self.ordered) > self.size:
            oldest = self.arrived[-self.size - 1]
            del self.ordered[bisect_left(self.ordered, oldest)]

    def median(self) -> float:
        n = len(self.ordered)
        return (self.ordered[(n - 1) // 2] + self.ordered[n // 2]) / 2


def _unsuspected(line: _Line, factor: Floats) -> Bools:
    from_warehouse = line.row < 0
    if not len(factor):
        return from_warehouse
    return from_warehouse | np.isnan(factor[line.row])


def _previous(line: _Line, start: Ints, position: Ints, factor: Floats) -> tuple[Floats, Ints]:
    """Price and day of the last unsuspected observation in [start, position) of each row's series."""
    here = np.where(_unsuspected(line, factor), np.arange(len(line.key)), -1)
    last = np.concatenate([[-1], np.maximum.accumulate(here)])
    at = last[position]
    found = at >= start
    price, day = np.full(len(position), np.nan), np.zeros(len(position), dtype=np.int64)
    price[found] = line.price[at[found]]
    day[found] = line.day[at[found]]
    return price, day


def _unchanged_days(rows: Rows, line: _Line, factor: Floats) -> Floats:
    """Length of the run of equal prices that ends a series' rows, on the last of them."""
    days = np.full(len(rows.day), np.nan)
    kept = np.flatnonzero(_unsuspected(line, factor))
    if not len(kept):
        return days
    series, day = line.key[kept] >> _DAY_BITS, line.day[kept]
    changes = np.ones(len(kept), dtype=bool)
    changes[1:] = (np.diff(series) != 0) | (np.diff(line.price[kept]) != 0)
    run_start = np.maximum.accumulate(np.where(changes, np.arange(len(kept)), 0))
    own = np.flatnonzero(line.row[kept] >= 0)
    is_last = np.ones(len(own), dtype=bool)
    is_last[:-1] = np.diff(series[own]) != 0
    last = own[is_last]
    days[line.row[kept][last]] = day[last] - day[run_start[last]] + 1
    return days
