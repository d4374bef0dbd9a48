"""The indicators computed once more, plainly and in another way than by the models: pandas and NumPy."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
import pandas as pd

Month = int
"""Year x 12 + month - 1."""


def month_means(prices: pd.Series, min_days: int) -> dict[Month, float]:
    """Mean price of each month with enough days; `prices` is indexed by day."""
    grouped = prices.groupby([prices.index.year, prices.index.month])
    return {
        year * 12 + month - 1: float(days.mean()) for (year, month), days in grouped if len(days) >= min_days
    }


def month_variation(prices: pd.Series, min_days: int) -> dict[Month, float]:
    """Sample deviation over mean, in percent, of each month with enough days."""
    grouped = prices.groupby([prices.index.year, prices.index.month])
    return {
        year * 12 + month - 1: float(days.std(ddof=1) / days.mean() * 100)
        for (year, month), days in grouped
        if len(days) >= min_days
    }


def province_price(by_regency: Sequence[Sequence[int]]) -> int:
    """Siskaperbapo's provincial average of a day: floor of the mean of the regencies' means, exactly."""
    means = [Fraction(sum(markets), len(markets)) for markets in by_regency]
    return math.floor(sum(means) / len(means))


def variation_between(by_regency: Sequence[Sequence[int]]) -> float:
    """Sample deviation of the regencies' means over their mean, in percent."""
    means = np.array([np.mean(markets) for markets in by_regency])
    return float(np.std(means, ddof=1) / means.mean() * 100)


def changes(prices: pd.Series, horizon: int, tolerance: int) -> dict[pd.Timestamp, float]:
    """Percent against the last observation at or before `horizon` days earlier, `tolerance` at most."""
    found = {}
    for day, price in prices.items():
        reference = day - pd.Timedelta(days=horizon)
        before = prices[
            (prices.index <= reference) & (prices.index >= reference - pd.Timedelta(days=tolerance))
        ]
        if len(before):
            found[day] = float((price - before.iloc[-1]) / before.iloc[-1] * 100)
    return found


def jevons(relatives: Sequence[float]) -> float:
    """Geometric mean."""
    return float(np.exp(np.mean(np.log(relatives))))


def ifpa(prices: Mapping[Month, float]) -> dict[Month, float]:
    """FAO's indicator of food price anomalies of every month that has one."""
    quarter, year = _growth(prices, 3), _growth(prices, 12)
    found = {}
    for month in prices:
        parts = [_standardised(rates, month) for rates in (quarter, year)]
        if None not in parts:
            found[month] = 0.4 * parts[0] + 0.6 * parts[1]
    return found


def alps(prices: Mapping[Month, float], min_months: int = 36, min_share: float = 0.7) -> dict[Month, float]:
    """WFP's alert for price spikes of every month that has one, each fitted by ordinary least squares."""
    found = {}
    for month in prices:
        before = sorted(m for m in prices if m < month)
        if not before or month - before[0] < min_months or len(before) < min_share * (month - before[0]):
            continue
        if not any(m % 12 == month % 12 for m in before):
            continue
        design = np.array([[m] + [float(m % 12 == k) for k in range(12)] for m in before], dtype=float)
        observed = np.array([prices[m] for m in before])
        fit, *_ = np.linalg.lstsq(design, observed, rcond=None)
        spread = np.std(observed - design @ fit, ddof=1)
        expected = np.array([month] + [float(month % 12 == k) for k in range(12)]) @ fit
        found[month] = float((prices[month] - expected) / spread)
    return found


def _growth(prices: Mapping[Month, float], months: int) -> dict[Month, float]:
    return {m: (prices[m] / prices[m - months]) ** (1 / months) - 1 for m in prices if m - months in prices}


def _standardised(rates: Mapping[Month, float], month: Month) -> float | None:
    earlier = [rates[m] for m in sorted(rates) if m < month and m % 12 == month % 12]
    if month not in rates or len(earlier) < 2 or len(set(earlier)) == 1:
        return None
    total = sum(range(1, len(earlier) + 1))
    weights = [i / total for i in range(1, len(earlier) + 1)]
    mean = math.fsum(w * x for w, x in zip(weights, earlier, strict=True))
    scale = math.fsum(weights) * (len(earlier) - 1) / len(earlier)
    spread = math.sqrt(math.fsum(w * (x - mean) ** 2 for w, x in zip(weights, earlier, strict=True)) / scale)
    return (rates[month] - mean) / spread
