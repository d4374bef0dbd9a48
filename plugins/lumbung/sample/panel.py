"""One price per market, commodity and day: the figures behind the sample's files."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from lumbung.sample.levels import Level

if TYPE_CHECKING:
    from lumbung.sample.places import Good, Place

LEBARAN = (date(2025, 3, 31), date(2026, 3, 20), date(2027, 3, 10))
"""Idul Fitri of the years the sample touches; only the shape of the sample hangs on it."""

LARGEST_SHARE_OF_THRESHOLD = 0.7
"""No move and no unchanged run comes nearer to its commodity's threshold than this."""


@dataclass(frozen=True)
class Panel:
    """Synthetic prices.

    Attributes:
        days: The calendar days, ascending.
        places: The markets, in the order of the seed.
        goods: The commodities.
        prices: Whole rupiah, shape (days, places, goods).
    """

    days: list[date]
    places: "list[Place]"
    goods: "list[Good]"
    prices: np.ndarray

    def until(self, last_on: date) -> "Panel":
        """The same panel up to and including a day."""
        length = sum(day <= last_on for day in self.days)
        return Panel(self.days[:length], self.places, self.goods, self.prices[:length])


def build_panel(
    places: "list[Place]", goods: "list[Good]", first_on: date, last_on: date, seed: int
) -> Panel:
    """Simulate every market's prices from ``first_on`` to ``last_on``, both included.

    A price follows a target (season, feasts, the province's and the market's own slow wandering) but is
    copied forward for days on end, as market officers do; then it catches up in bounded steps. The same
    arguments give the same figures.
    """
    rng = np.random.default_rng(seed)
    days = [first_on + timedelta(days=i) for i in range((last_on - first_on).days + 1)]
    prices = np.empty((len(days), len(places), len(goods)), dtype=np.int64)
    for column, good in enumerate(goods):
        target = _target(rng, good.level, days, places)
        prices[:, :, column] = _copied_forward(rng, good, target)
    return Panel(days, places, goods, prices)


def _target(rng: np.random.Generator, level: Level, days: list[date], places: "list[Place]") -> np.ndarray:
    """The price a market would ask if it were asked anew each day; shape (days, places)."""
    regencies = sorted({place.regency_code for place in places})
    index = np.array([regencies.index(place.regency_code) for place in places])
    lasting = rng.normal(0, level.regency_spread, len(regencies)).clip(
        -2.2 * level.regency_spread, 2.2 * level.regency_spread
    )[index] + rng.normal(0, 0.3 * level.regency_spread, len(places))
    wandering = (
        _wander(rng, len(days), 1, level.drift)
        + _wander(rng, len(days), len(regencies), 0.35 * level.regency_spread)[:, index]
        + _wander(rng, len(days), len(places), 0.15 * level.regency_spread)
    )
    season = np.array([_season(level, day) for day in days])[:, None]
    result: np.ndarray = level.base_idr * np.exp(season + lasting + wandering)
    return result


def _wander(rng: np.random.Generator, days: int, width: int, spread: float) -> np.ndarray:
    """A stationary first-order autoregression with standard deviation ``spread``; shape (days, width)."""
    memory = 0.985
    shocks = rng.normal(0, spread * np.sqrt(1 - memory**2), (days, width))
    path = np.empty((days, width))
    path[0] = rng.normal(0, spread, width)
    for day in range(1, days):
        path[day] = memory * path[day - 1] + shocks[day]
    return path.clip(-2.5 * spread, 2.5 * spread)


def _season(level: Level, day: date) -> float:
    """The yearly wave and the rises before the feasts, as a share on the log scale."""
    wave = level.season * np.cos(2 * np.pi * (day.timetuple().tm_yday - level.peak_day) / 365.25)
    lebaran = max(np.exp(-(((day - feast).days / 12.0) ** 2)) for feast in LEBARAN)
    to_years_end = min(abs((day - date(year, 12, 28)).days) for year in (day.year - 1, day.year))
    years_end = np.exp(-((to_years_end / 10.0) ** 2))
    return float(wave + level.feast * (lebaran + 0.5 * years_end))


def _copied_forward(rng: np.random.Generator, good: "Good", target: np.ndarray) -> np.ndarray:
    """What the officers write down: runs of the same price, then one to three days of catching up."""
    days, width = target.shape
    level, step = good.level, good.level.step_idr
    longest = int(LARGEST_SHARE_OF_THRESHOLD * good.unchanged_threshold_days)
    largest = LARGEST_SHARE_OF_THRESHOLD * good.move_threshold_pct / 100
    low, high = (np.ceil(good.lowest_idr / step) + 1) * step, (np.floor(good.highest_idr / step) - 1) * step

    prices = np.empty((days, width), dtype=np.int64)
    price = (np.round(target[0] / step) * step).clip(low, high)
    quiet = np.asarray(rng.integers(1, min(level.quiet_days, longest), (width,), endpoint=True))
    busy = np.zeros(width, dtype=np.int64)
    for day in range(days):
        due = quiet <= 0
        room = np.maximum(np.floor(price * largest / step), 1) * step
        wanted = np.round((target[day] - price) / step) * step
        # A price that stands where it should still moves one step, so that no run outlasts its threshold.
        nudge = np.where(target[day] >= price, step, -step)
        move = np.where(wanted == 0, nudge, wanted).clip(-room, room)
        price = np.where(due, price + move, price).clip(low, high)
        prices[day] = price
        busy = np.where(due, busy - 1, busy)
        fresh = due & (busy <= 0)
        runs = np.clip(rng.geometric(1 / level.quiet_days, (width,)), 2, longest)
        quiet = np.where(fresh, runs, quiet - 1)
        busy = np.where(fresh, rng.integers(1, 4, width), busy)
    return prices
