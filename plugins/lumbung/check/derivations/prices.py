"""The derived columns of staple prices: plausibility, references, moves and unchanged runs."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lumbung import labels
from lumbung.check.derivations.common import Common, Context, Own
from lumbung.check.frame import NO_DAY, NightRows
from lumbung.check.history import NO_PRICES, PriceHistory, PriceSource
from lumbung.check.references import (
    Floats,
    Ints,
    Judged,
    Known,
    ReferenceParameters,
    Rows,
    judge,
)
from lumbung.reference import Commodity, Reference

_LEVELS = 8
"""Room for price levels in a series' key."""


def parameters_of(reference: Reference) -> ReferenceParameters:
    """Numbers of the suspected rule, from the parameters seed."""
    return ReferenceParameters(
        window=int(reference.parameters["suspected_window"]),
        min_observations=int(reference.parameters["suspected_min_observations"]),
        log10_tolerance=reference.parameters["suspected_log10_tolerance"],
    )


def derive(rows: NightRows, context: Context, common: Common) -> Own:
    """The columns that only prices have, and the words of messages on them."""
    reference = context.reference
    parameters = parameters_of(reference)
    history: PriceSource
    if context.prices is not None:
        history = context.prices
    else:
        history = NO_PRICES if context.conn is None else PriceHistory(context.conn, parameters.window)
    price, commodity = rows.numbers["price"], rows.codes["commodity"]
    columns: dict[str, NDArray[Any]] = {"unit_fits": _unit_fits(rows, reference)}
    series_key = (rows.codes["market"].astype(np.int64) << 20) | (
        commodity.astype(np.int64) * _LEVELS + rows.codes["price_level"]
    )
    shared = common.columns
    judged_at = np.flatnonzero(common.has_key & (price > 0) & (columns["unit_fits"] != 0))
    observation = (shared["key_count"][judged_at] == 1) & (shared["price_remainder"][judged_at] == 0)
    judged = _judge(rows, judged_at, observation, series_key, reference, history, parameters)

    def spread(values: Floats) -> Floats:
        full = np.full(len(price), np.nan)
        full[judged_at] = values
        return full

    factor = judged.factor
    calm = np.isnan(factor)
    change = np.where(calm, (price[judged_at] - judged.previous) / judged.previous * 100, np.nan)
    stale_after = _per_commodity(reference, "stale_after_days")[commodity[judged_at]]
    unusual = _per_commodity(reference, "unusual_move_pct")[commodity[judged_at]]
    columns["reference_price"] = spread(judged.reference)
    columns["suspected_factor"] = spread(factor)
    is_suspect = ~np.isnan(columns["suspected_factor"])
    columns["range_position"] = _range_position(rows, reference, columns["unit_fits"], is_suspect)
    columns["change_pct"] = spread(change)
    columns["move_ratio"] = spread(np.abs(change) / unusual)
    columns["unchanged_days"] = spread(judged.unchanged_days)
    columns["unchanged_ratio"] = spread(judged.unchanged_days / stale_after)

    previous_day = np.full(len(price), NO_DAY, dtype=np.int64)
    previous_day[judged_at] = judged.previous_day
    words = _PriceWords(rows, reference, columns, previous_day, spread(judged.previous))
    return Own(columns, words, is_suspect)


@dataclass(frozen=True)
class _PriceWords:
    """What messages about prices need.

    Attributes:
        rows: The night's rows.
        reference: Names and thresholds.
        columns: The derived columns.
        previous_day: Day (since 1970) of the price that ``change_pct`` compares with.
        previous: That price, rupiah.
    """

    rows: NightRows
    reference: Reference
    columns: dict[str, NDArray[Any]]
    previous_day: Ints
    previous: Floats

    def __call__(self, subject: str, position: int) -> dict[str, Any]:
        """The words of a message about one derived column of one row."""
        commodity = self._commodity(position)
        match subject:
            case "unit_fits":
                return {"expected": commodity.unit if commodity else None}
            case "range_position" if commodity:
                return {
                    "minimum": labels.format_rupiah(commodity.plausible_min_idr),
                    "maximum": labels.format_rupiah(commodity.plausible_max_idr),
                }
            case "suspected_factor":
                k = int(self.columns["suspected_factor"][position])
                meant = float(self.rows.numbers["price"][position]) / 10.0**k
                return {
                    "reference": rupiah(float(self.columns["reference_price"][position])),
                    "factor": labels.label("factor", str(k)),
                    "mistake": labels.label("mistake", str(k)),
                    "suggestion": rupiah(meant),
                }
            case "change_pct" | "move_ratio" if commodity:
                change = float(self.columns["change_pct"][position])
                return {
                    "reference": rupiah(float(self.previous[position])),
                    "reference_on": _day(int(self.previous_day[position])),
                    "change_pct": labels.format_percent(change, 1, signed=True),
                    "threshold": labels.format_percent(commodity.unusual_move_pct, 0),
                }
            case "unchanged_days" | "unchanged_ratio" if commodity:
                return {
                    "days": labels.format_number(float(self.columns["unchanged_days"][position])),
                    "threshold": labels.format_number(commodity.stale_after_days),
                }
        return {}

    def _commodity(self, position: int) -> Commodity | None:
        code = int(self.rows.codes["commodity"][position])
        return None if code < 0 else self.reference.commodities[self.rows.lists.commodities[code]]


def rupiah(amount: float) -> str:
    """An amount with the fraction that an office may have written by mistake."""
    return labels.format_rupiah(amount) if amount.is_integer() else f"Rp {labels.format_number(amount, 2)}"


def _day(days: int) -> str:
    return labels.format_date(date(1970, 1, 1) + timedelta(days=days))


def _per_commodity(reference: Reference, threshold: str) -> Floats:
    """A threshold by the position of the commodity in the seeds."""
    return np.array([float(getattr(c, threshold)) for c in reference.commodities.values()])


def _unit_fits(rows: NightRows, reference: Reference) -> NDArray[np.float32]:
    """1 where the unit written is the commodity's, 0 where not, NaN where either is unresolved or absent."""
    units = {unit: number for number, unit in enumerate(rows.lists.units)}
    own = np.array([units[c.unit] for c in reference.commodities.values()] + [-1])
    unit, commodity = rows.codes["unit"], rows.codes["commodity"]
    fits = (unit == own[commodity]).astype(np.float32)
    fits[(unit < 0) | (commodity < 0)] = np.nan
    return fits


def _range_position(
    rows: NightRows, reference: Reference, unit_fits: NDArray[np.float32], is_suspect: NDArray[np.bool_]
) -> Floats:
    """0 at the commodity's plausible minimum, 1 at its maximum, on a log scale.

    NaN for a suspect: a zero too many is told once, with the price that was probably meant.
    """
    low = np.append(np.log(_per_commodity(reference, "plausible_min_idr")), np.nan)
    high = np.append(np.log(_per_commodity(reference, "plausible_max_idr")), np.nan)
    commodity, price = rows.codes["commodity"], rows.numbers["price"]
    judged = (price > 0) & (unit_fits != 0) & ~is_suspect
    with np.errstate(invalid="ignore", divide="ignore"):
        position = (np.log(price) - low[commodity]) / (high[commodity] - low[commodity])
    # A price equal to a bound is inside; rounding of the logarithms must not push it out.
    position[np.abs(position) < 1e-12] = 0.0
    position[np.abs(position - 1) < 1e-12] = 1.0
    return np.where(judged, position, np.nan)


def _judge(
    rows: NightRows,
    at: Ints,
    observation: NDArray[np.bool_],
    series_key: Ints,
    reference: Reference,
    history: PriceSource,
    parameters: ReferenceParameters,
) -> Judged:
    """Apply the suspected rule to the rows at these positions."""
    day, price = rows.days["observed_on"][at].astype(np.int64), rows.numbers["price"][at]
    key = series_key[at]
    # One series per file and key: what the rule sees; one per key: what the warehouse is asked for.
    keys, key_no = np.unique(key, return_inverse=True)
    series, series_no = np.unique((rows.file[at].astype(np.int64) << 40) | key_no, return_inverse=True)
    asked = _asked(rows, keys, key_no, day, reference, parameters)
    known = _for_each_file(history.known(asked), series & ((1 << 40) - 1), len(keys))
    province = _Province(rows, at, key, day, price, observation, history)
    return judge(Rows(series_no, day, price, observation), known, province.median, parameters)


def _asked(
    rows: NightRows,
    keys: Ints,
    key_no: Ints,
    day: Ints,
    reference: Reference,
    parameters: ReferenceParameters,
) -> pd.DataFrame:
    """Tonight's series as the history wants them; looks back far enough to tell an unchanged run."""
    commodity = (keys & ((1 << 20) - 1)) // _LEVELS
    first = np.full(len(keys), np.iinfo(np.int64).max)
    last = np.full(len(keys), np.iinfo(np.int64).min)
    np.minimum.at(first, key_no, day)
    np.maximum.at(last, key_no, day)
    stale_after = _per_commodity(reference, "stale_after_days")[commodity].astype(np.int64)
    return pd.DataFrame(
        {
            "commodity_code": np.array(rows.lists.commodities, dtype=object)[commodity],
            "market_id": np.array(rows.lists.markets, dtype=object)[keys >> 20],
            "price_level": np.array(rows.lists.price_levels, dtype=object)[keys % _LEVELS],
            "first_day": first,
            "last_day": last,
            "look_back_days": np.maximum(stale_after + 1, parameters.window * 3 // 2),
        }
    )


def _for_each_file(known: Known, key_of_series: Ints, key_count: int) -> Known:
    """Observations by key, repeated for each file's series of that key."""
    counts = np.bincount(known.series, minlength=key_count) if len(known.series) else np.zeros(key_count, int)
    starts = np.cumsum(counts) - counts
    sizes = counts[key_of_series]
    offsets = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    at = np.repeat(starts[key_of_series], sizes) + offsets
    return Known(np.repeat(np.arange(len(key_of_series)), sizes), known.day[at], known.price[at])


class _Province:
    """The same day's median over the province, for rows whose series has too short a past.

    Tonight's observations of all offices count, suspected or not; of several files that name the same market,
    commodity, level and day the one received last. The warehouse adds the markets that nobody names tonight.
    """

    def __init__(
        self,
        rows: NightRows,
        at: Ints,
        key: Ints,
        day: Ints,
        price: Floats,
        observation: NDArray[np.bool_],
        history: PriceSource,
    ) -> None:
        self._lists = rows.lists
        self._file = rows.file[at]
        self._market = key >> 20
        self._day = (day << 20) | (key & ((1 << 20) - 1))
        self._price = price
        self._observation = observation
        self._history = history

    def median(self, positions: Ints) -> Floats:
        """The median over the province on each of these rows' days, NaN where no market has a price."""
        days, day_no = np.unique(self._day[positions], return_inverse=True)
        mine = np.flatnonzero(self._observation & np.isin(self._day, days))
        mine = mine[np.lexsort((self._file[mine], self._market[mine], self._day[mine]))]
        is_latest = np.ones(len(mine), dtype=bool)
        is_latest[:-1] = (np.diff(self._day[mine]) != 0) | (np.diff(self._market[mine]) != 0)
        mine = mine[is_latest]
        tonight = pd.DataFrame(
            {
                "day_no": np.searchsorted(days, self._day[mine]),
                "market": self._market[mine],
                "price": self._price[mine],
            }
        )
        prices = pd.concat([self._elsewhere(days, tonight), tonight], ignore_index=True)
        medians = prices.groupby("day_no")["price"].median()
        return medians.reindex(np.arange(len(days))).to_numpy(np.float64)[day_no]

    def _elsewhere(self, days: Ints, tonight: pd.DataFrame) -> pd.DataFrame:
        """Warehouse prices of the same days, of markets that are not in tonight's."""
        rest = days & ((1 << 20) - 1)
        found = self._history.on_days(
            pd.DataFrame(
                {
                    "commodity_code": np.array(self._lists.commodities, dtype=object)[rest // _LEVELS],
                    "price_level": np.array(self._lists.price_levels, dtype=object)[rest % _LEVELS],
                    "day": days >> 20,
                }
            )
        )
        numbers = {market_id: number for number, market_id in enumerate(self._lists.markets)}
        elsewhere = pd.DataFrame(
            {
                "day_no": found.day_no,
                # A market that left the lists still had a price that day; it gets a number of its own.
                "market": np.array([numbers.get(m, -1) for m in found.market_id], dtype=np.int64),
                "price": found.price,
            }
        )
        named = pd.MultiIndex.from_frame(tonight[["day_no", "market"]])
        return elsewhere[~pd.MultiIndex.from_frame(elsewhere[["day_no", "market"]]).isin(named)]
