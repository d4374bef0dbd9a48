"""Price files of 38 offices for benchmarks: many rows, everyday mess, the same for the same arguments."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from lumbung.reference import Commodity, Reference

MOVING_SHARE = 0.15
"""Share of day-on-day changes that are not 0, as with the real figures."""


def write_price_files(
    folder: Path,
    reference: Reference,
    rows: int,
    last_on: date,
    nights: int = 0,
    commodities: int = 30,
    seed: int = 1,
) -> list[Path]:
    """Write one CSV per regency with at least ``rows`` rows in all, and one per regency and night after that.

    About one row in 2,000 has a zero too many or too few, one in 5,000 a market nobody knows, one in 5,000 no
    price, one in 10,000 is written twice.

    Args:
        folder: Where the inboxes go.
        reference: Names of regencies, markets and commodities.
        rows: Rows up to ``last_on``; they make whole days.
        last_on: The last day of the first inbox.
        nights: Days after it, one inbox each.
        commodities: How many of the list each market quotes.
        seed: Decides the figures.

    Returns:
        The inboxes, laid out ``<BPS code>/staple_prices/harga.csv``: that of the rows, then the nights'.
    """
    rng = np.random.default_rng(seed)
    goods = list(reference.commodities.values())[:commodities]
    days = -(-rows // (len(reference.markets) * len(goods)))
    dates = np.datetime64(last_on) + np.arange(1 - days, nights + 1)
    inboxes = [folder / "until-last"] + [folder / f"night-{n}" for n in range(1, nights + 1)]
    for regency in reference.regencies.values():
        markets = [m.name for m in reference.markets.values() if m.regency_code == regency.code]
        lines, day = _lines(rng, regency.name, markets, goods, dates)
        inbox_of = np.maximum(day - days + 1, 0)
        for number, inbox in enumerate(inboxes):
            path = inbox / regency.code / "staple_prices" / "harga.csv"
            path.parent.mkdir(parents=True)
            csv.write_csv(lines.filter(pa.array(inbox_of == number)), path, csv.WriteOptions(delimiter=";"))
    return inboxes


def _lines(
    rng: np.random.Generator, regency: str, markets: list[str], goods: list[Commodity], dates: np.ndarray
) -> tuple[pa.Table, np.ndarray]:
    """The lines of one office in order of days, and the position of each line's day."""
    shape = (len(dates), len(markets), len(goods))
    price = _walk(rng, shape, goods).ravel()
    count = len(price)
    wrong = rng.random(count) < 1 / 2_000
    price[wrong] = np.where(rng.random(wrong.sum()) < 0.5, price[wrong] * 10, price[wrong] // 10)
    written = np.char.mod("%d", price).astype(object)
    written[rng.random(count) < 1 / 5_000] = "-"
    market = np.broadcast_to(np.array(markets, dtype=object)[None, :, None], shape).ravel().copy()
    market[rng.random(count) < 1 / 5_000] = "Pasar Entah"
    order = np.sort(np.append(np.arange(count), rng.integers(0, count, count // 10_000)))
    day = order // (len(markets) * len(goods))
    name, unit = ([getattr(g, what) for g in goods] for what in ("name", "unit"))
    lines = pa.table(
        {
            "Tanggal": np.datetime_as_string(dates)[day],
            "Kab/Kota": pa.repeat(pa.scalar(regency), len(order)),
            "Pasar": pa.array(market[order], pa.string()),
            "Komoditas": pa.array(np.array(name, dtype=object)[order % len(goods)], pa.string()),
            "Satuan": pa.array(np.array(unit, dtype=object)[order % len(goods)], pa.string()),
            "Harga": pa.array(written[order], pa.string()),
        }
    )
    return lines, day


def _walk(rng: np.random.Generator, shape: tuple[int, int, int], goods: list[Commodity]) -> np.ndarray:
    """Prices that mostly stay and now and then move by a few percent, within the plausible range."""
    low = np.array([g.plausible_min_idr for g in goods], dtype=float)
    high = np.array([g.plausible_max_idr for g in goods], dtype=float)
    steps = np.where(rng.random(shape) < MOVING_SHARE, rng.normal(0, 0.02, shape), 0.0)
    level = np.sqrt(low * high) * np.exp(np.clip(np.cumsum(steps, axis=0), -0.3, 0.3))
    return (np.clip(level, low, high) / 50).round().astype(np.int64) * 50
