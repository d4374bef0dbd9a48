"""The industry units of a regency over successive years: who opens, grows, closes, and what each reports.

Every regency is made by itself, from a seed of its own, and hits its part of the province's totals exactly:
units by size, and workers. So a province of 800,000 units never has to be in memory at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lumbung.sample.trades import HEAVY, LEADING, RECLASSIFIED, SHARES, TRADES, VILLAGE_HEADS, VILLAGE_TAILS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SIZES = ("small", "medium", "large")

UNITS = {2010: 742_688, 2011: 783_758, 2022: 833_726}
"""Published totals of East Java; the years between and after them follow at an even rate."""
UNITS_OF_SIZE_2011 = (766_783, 16_182, 793)
"""Small, medium and large units published for 2011; other years keep the proportion."""
WORKERS_2011 = 2_910_368
PRODUCTION_2011_IDR = 196_987_000_000_000
"""Published for 2011. Other years: as many workers per unit, and made-up growth of production."""
PRODUCTION_GROWTH = 0.06

CLOSING_SHARE = 0.03
"""Units that close in a year."""
PROMOTED_SHARE = 0.3
"""Of a year's additional medium and large units those that grew from the class below."""
MOVED_SHARE = 0.008
"""Units whose KBLI code changes in a year; only with a licence number, by which they stay known."""
TOLD_SHARE = 0.5
"""Of the closed units those that the next register still lists, as closed; the others are just gone."""
NIB_SHARE = (0.62, 0.98, 1.0)
"""Units with a licence number, by size."""
_WORKERS = ((1, 19), (8, 240), (100, 4_000))
_TYPICAL_WORKERS = (2.4, 32.0, 420.0)
_INVESTMENT_IDR = ((500_000, 190_000_000), (1_050_000_000, 9_900_000_000), (15_500_000_000, 900_000_000_000))
"""Bounds of investment by size: within the classes of 2008's and of 2016's rule alike."""
_PRODUCTIVITY = (1.0, 3.8, 8.0)
_ROUNDED_IDR = 100_000
_HOMES = 8


@dataclass(frozen=True)
class Quota:
    """What a regency's units of one year add up to: units by size, workers, production (nearly)."""

    units: tuple[int, int, int]
    workers: int
    production_idr: int


@dataclass(frozen=True)
class YearOfUnits:
    """A year's register of one regency as columns; ``slot`` tells the unit, the same in every year.

    ``size`` is the position in SIZES, ``trade`` that in TRADES. Closed units have no figures: their workers
    and money are zero here and nothing in a file.
    """

    year: int
    slot: Ints
    size: Ints
    first_size: Ints
    trade: Ints
    village: Ints
    has_nib: Flags
    is_open: Flags
    workers: Ints
    women: Ints
    investment_idr: Ints
    production_idr: Ints
    material_idr: Ints
    export_pct: Ints
    is_halal: Flags
    is_sni: Flags
    has_brand: Flags


def units_of_year(year: int) -> int:
    """The province's units of a year: published, or between and beyond the published at an even rate."""
    if year in UNITS:
        return UNITS[year]
    known = sorted(UNITS)
    before = max((known for known in known[:-1] if known < year), default=known[0])
    after = known[known.index(before) + 1]
    rate = (UNITS[after] / UNITS[before]) ** (1 / (after - before))
    return round(UNITS[before] * rate ** (year - before))


def quotas(year: int, codes: Sequence[str], seed: int) -> dict[str, Quota]:
    """The province's totals of a year, divided among its regencies without a remainder."""
    total = units_of_year(year)
    of_size = apportion(total, np.array(UNITS_OF_SIZE_2011, dtype=float))
    # Regencies do not grow alike, or there would be no competitive part in a shift-share.
    drift = np.random.default_rng([seed, 5]).normal(0, 0.012, len(codes)) * (year - 2022)
    weight = np.array([SHARES[code] for code in codes]) * np.exp(drift)
    heavy = weight * np.array([HEAVY.get(code, 1.0) for code in codes])
    units = np.stack([apportion(int(of_size[0]), weight), *(apportion(int(n), heavy) for n in of_size[1:])])
    per_unit = np.array(_TYPICAL_WORKERS)
    workers = apportion(round(WORKERS_2011 * total / UNITS[2011]), units.T @ per_unit)
    value = units.T @ (per_unit * _PRODUCTIVITY)
    production = value / value.sum() * PRODUCTION_2011_IDR * (1 + PRODUCTION_GROWTH) ** (year - 2011)
    return {
        code: Quota(
            (int(units[0, at]), int(units[1, at]), int(units[2, at])), int(workers[at]), int(production[at])
        )
        for at, code in enumerate(codes)
    }


def apportion(total: int, weights: Floats) -> Ints:
    """Whole numbers in proportion to the weights, which add up to the total (largest remainder)."""
    exact = total * weights / weights.sum()
    parts = np.floor(exact).astype(np.int64)
    missing = total - int(parts.sum())
    parts[np.argsort(parts - exact, kind="stable")[:missing]] += 1
    return parts


def years_of_regency(
    code: str, years: Sequence[int], due: Sequence[Quota], seed: int, share: float = 1.0
) -> list[YearOfUnits]:
    """The registers of successive years of one regency.

    Args:
        code: BPS code of the regency.
        years: In order; each follows from the one before.
        due: What each year's open units add up to.
        seed: Decides everything else.
        share: Below 1 a sample of the same units, spread evenly over sizes and years of opening, and
            the same units in every year.
    """
    population = _Population(code, seed, due[0], years[0])
    registers = [population.register(years[0], due[0], np.zeros(0, dtype=np.int64), share)]
    for year, quota in zip(years[1:], due[1:], strict=True):
        closed = population.move_on(year, quota)
        registers.append(population.register(year, quota, closed, share))
    return registers


def _sampled(count: int, share: float, offset: float) -> Flags:
    """Which of some slots are in a sample."""
    steps = np.floor(np.arange(count + 1) * share + offset)
    return steps[1:] > steps[:-1]


class _Population:
    """All units that ever were in a regency, one slot each, with what is true of them this year."""

    def __init__(self, code: str, seed: int, due: Quota, year: int) -> None:
        self._rng = np.random.default_rng([seed, 7, int(code)])
        self._first_year = year
        self._offset = self._rng.random()
        weights = np.array([[trade.weight, trade.heavy, trade.heavy] for trade in TRADES], dtype=float)
        weights[[trade.kbli == LEADING[code] for trade in TRADES]] *= (4.0, 2.0, 2.0)
        self._trade_weights = weights
        self._villages = len(VILLAGE_HEADS) * len(VILLAGE_TAILS)
        # Units of one line of business cluster: every trade has villages of its own.
        self._home = self._rng.integers(self._villages, size=(len(TRADES), _HOMES))
        self.size = self.first_size = self.trade = self.village = self.workers = np.zeros(0, dtype=np.int64)
        self.investment = np.zeros(0, dtype=np.int64)
        self.is_open = self.has_nib = np.zeros(0, dtype=bool)
        self.skill = self.women = self.material = self.luck = np.zeros(0)
        self.export = np.zeros(0, dtype=np.int64)
        self._found(due.units, year)

    def move_on(self, year: int, due: Quota) -> Ints:
        """Close, promote, reclassify and open units until the next year's numbers are there.

        Returns:
            The slots that closed.
        """
        rng = self._rng
        now = [np.flatnonzero(self.is_open & (self.size == at)) for at in range(3)]
        closed = [
            rng.choice(
                slots,
                min(len(slots), max(round(len(slots) * CLOSING_SHARE), len(slots) - due.units[at])),
                replace=False,
            )
            for at, slots in enumerate(now)
        ]
        missing = [due.units[at] - (len(now[at]) - len(closed[at])) for at in range(3)]
        for lines in closed:
            self.is_open[lines] = False
        for at in (1, 0):
            grown = int(missing[at + 1] * PROMOTED_SHARE)
            chosen = rng.choice(np.flatnonzero(self.is_open & (self.size == at)), grown, replace=False)
            self.size[chosen] = at + 1
            self.workers[chosen] = np.clip(self.workers[chosen], *_WORKERS[at + 1])
            self.investment[chosen] = self._invested(np.full(grown, at + 1))
            missing[at + 1] -= grown
            missing[at] += grown
        self._reclassify()
        held = np.flatnonzero(self.is_open)
        self._evolve(held)
        self._found((missing[0], missing[1], missing[2]), year)
        return np.concatenate(closed)

    def register(self, year: int, due: Quota, closed: Ints, share: float) -> YearOfUnits:
        """This year's register: open units, and some of those that closed since the last one; or a sample."""
        self._hit_workers(due.workers)
        value = self.workers * self.skill * np.array(_PRODUCTIVITY)[self.size]
        value *= _of_trade("productivity")[self.trade] * (0.9 + 0.2 * self._rng.random(len(value)))
        per_value = due.production_idr / value[self.is_open].sum()
        is_listed = self.is_open.copy()
        is_listed[closed[self._rng.random(len(closed)) < TOLD_SHARE]] = True
        if share < 1:
            is_listed &= _sampled(len(is_listed), share, self._offset)
        listed = np.flatnonzero(is_listed)
        is_open = self.is_open[listed]
        trade, size, luck = self.trade[listed], self.size[listed], self.luck[listed]
        workers = self.workers[listed] * is_open
        production = _rounded(value[listed] * per_value, 10 * _ROUNDED_IDR) * is_open
        material = (production * self.material[listed]).astype(np.int64) // _ROUNDED_IDR * _ROUNDED_IDR
        women = np.minimum(workers, np.floor(workers * self.women[listed] + luck)).astype(np.int64)
        age = year - self._first_year
        is_food = np.array([trade.branch == "Pangan" for trade in TRADES])[trade]
        return YearOfUnits(
            year=year,
            slot=listed,
            size=size,
            first_size=self.first_size[listed],
            trade=trade,
            village=self.village[listed],
            has_nib=self.has_nib[listed],
            is_open=is_open,
            workers=workers,
            women=women,
            investment_idr=self.investment[listed] * is_open,
            production_idr=production,
            material_idr=material,
            export_pct=self.export[listed] * is_open,
            # Certificates are rather gained than lost.
            is_halal=is_food & (luck < 0.22 + 0.05 * age),
            is_sni=(luck * 7 % 1) < np.array([0.02, 0.25, 0.7])[size] + 0.004 * age,
            has_brand=(luck * 13 % 1) < np.array([0.2, 0.7, 0.95])[size] + 0.02 * age,
        )

    def _found(self, counts: tuple[int, int, int], year: int) -> None:
        """Open units: small ones first, so that a spread sample has its part of each size."""
        rng, total = self._rng, sum(counts)
        size = np.repeat(np.arange(3), counts)
        trend = np.array([1 + trade.trend_pct / 100 for trade in TRADES]) ** (year - 2021)
        trade = np.concatenate(
            [
                rng.choice(len(TRADES), count, p=(w := self._trade_weights[:, at] * trend) / w.sum())
                for at, count in enumerate(counts)
            ]
        )
        at_home = self._home[trade, rng.integers(_HOMES, size=total)]
        village = np.where(rng.random(total) < 0.4, at_home, rng.integers(self._villages, size=total))
        low, high = np.array(_WORKERS)[size].T
        spread = np.array([0.55, 0.6, 0.7])[size]
        typical = np.array(_TYPICAL_WORKERS)[size]
        workers = np.clip(rng.lognormal(np.log(typical) - spread**2 / 2, spread), low, high)
        exports = rng.random(total) < np.array([0.01, 0.15, 0.55])[size]
        new: dict[str, NDArray[np.generic]] = {
            "size": size,
            "first_size": size,
            "trade": trade,
            "village": village,
            "workers": np.round(workers).astype(np.int64),
            "investment": self._invested(size),
            "is_open": np.ones(total, dtype=bool),
            "has_nib": rng.random(total) < np.array(NIB_SHARE)[size],
            "skill": rng.lognormal(0, 0.45, total),
            "women": np.clip(_of_trade("women")[trade] + rng.normal(0, 0.12, total), 0, 1),
            "material": np.clip(_of_trade("material")[trade] + rng.normal(0, 0.06, total), 0.1, 0.9),
            "luck": rng.random(total),
            "export": np.where(exports, rng.integers(1, 17, size=total) * 5, 0),
        }
        for name, values in new.items():
            setattr(self, name, np.concatenate([getattr(self, name), values]))

    def _invested(self, size: Ints) -> Ints:
        low, high = np.log(np.array(_INVESTMENT_IDR, dtype=float))[size].T
        # The middle of the bounds' logarithms is the most common, the bounds are rare.
        where = (self._rng.random(len(size)) + self._rng.random(len(size))) / 2
        return _rounded(np.exp(low + (high - low) * where), _ROUNDED_IDR)

    def _reclassify(self) -> None:
        other = np.array([_position(RECLASSIFIED.get(trade.kbli, trade.kbli)) for trade in TRADES])
        chosen = self.is_open & self.has_nib & (self._rng.random(len(self.size)) < MOVED_SHARE)
        self.trade = np.where(chosen, other[self.trade], self.trade)

    def _evolve(self, held: Ints) -> None:
        """Workers and investment of the units that go on."""
        size, rng = self.size[held], self._rng
        low, high = np.array(_WORKERS)[size].T
        step = np.where(
            size == 0,
            (rng.random(len(held)) < 0.12) * rng.choice([-1, 1, 1], len(held)),
            np.round(self.workers[held] * rng.normal(0.01, 0.05, len(held))),
        )
        self.workers[held] = np.clip(self.workers[held] + step, low, high).astype(np.int64)
        invests = rng.random(len(held)) < 0.2
        low, high = np.array(_INVESTMENT_IDR)[size].T
        more = self.investment[held] * np.where(invests, rng.uniform(1.02, 1.25, len(held)), 1.0)
        self.investment[held] = _rounded(np.clip(more, low, high), _ROUNDED_IDR)

    def _hit_workers(self, total: int) -> None:
        """Add or take single workers, in small units chosen by lot, until the sum is right."""
        low, high = _WORKERS[0]
        missing = total - int(self.workers[self.is_open].sum())
        while missing:
            step = 1 if missing > 0 else -1
            room = self.workers < high if step > 0 else self.workers > low
            able = np.flatnonzero(self.is_open & (self.size == 0) & room)
            chosen = self._rng.choice(able, min(abs(missing), len(able)), replace=False)
            self.workers[chosen] += step
            missing -= step * len(chosen)


def _of_trade(name: str) -> Floats:
    return np.array([getattr(trade, name) for trade in TRADES], dtype=float)


def _position(kbli: str) -> int:
    return next(at for at, trade in enumerate(TRADES) if trade.kbli == kbli)


def _rounded(values: Floats, to: int) -> Ints:
    """Whole multiples of ``to``, at least one."""
    return np.maximum(np.round(values / to), 1).astype(np.int64) * to
