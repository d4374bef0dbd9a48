"""Price files of 38 offices for benchmarks: many rows, everyday mess, the same for the same arguments."""

from datetime import date
from pathlib import Path

import numpy as np

from lumbung.reference import Commodity, Reference

MOVING_SHARE = 0.15
"""Share of day-on-day changes that are not 0, as with the real figures."""


def write_price_files(
    folder: Path, reference: Reference, rows: int, last_on: date, commodities: int = 30, seed: int = 1
) -> dict[str, Path]:
    """Write one CSV per regency with at least ``rows`` rows in all.

    About one row in 2,000 has a zero too many or too few, one in 5,000 a market nobody knows, one in 5,000 no
    price, one in 10,000 is written twice.

    Returns:
        Path of the file by regency code.
    """
    import pyarrow as pa
    from pyarrow import csv

    rng = np.random.default_rng(seed)
    goods = list(reference.commodities.values())[:commodities]
    days = -(-rows // (len(reference.markets) * len(goods)))
    dates = np.datetime64(last_on) - np.arange(days)[::-1]
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for regency in reference.regencies.values():
        markets = [m.name for m in reference.markets.values() if m.regency_code == regency.code]
        shape = (days, len(markets), len(goods))
        price = _walk(rng, shape, goods).ravel()
        count = len(price)
        wrong = rng.random(count) < 1 / 2_000
        price[wrong] = np.where(rng.random(wrong.sum()) < 0.5, price[wrong] * 10, price[wrong] // 10)
        written = np.char.mod("%d", price).astype(object)
        written[rng.random(count) < 1 / 5_000] = "-"
        market = np.broadcast_to(np.array(markets, dtype=object)[None, :, None], shape).ravel().copy()
        market[rng.random(count) < 1 / 5_000] = "Pasar Entah"
        order = np.sort(np.append(np.arange(count), rng.integers(0, count, count // 10_000)))
        table = pa.table(
            {
                "Tanggal": np.repeat(np.datetime_as_string(dates), len(markets) * len(goods))[order],
                "Kab/Kota": pa.repeat(pa.scalar(regency.name), len(order)),
                "Pasar": pa.array(market[order], pa.string()),
                "Komoditas": pa.array(
                    np.broadcast_to(np.array([g.name for g in goods], dtype=object), shape).ravel()[order],
                    pa.string(),
                ),
                "Satuan": pa.array(
                    np.broadcast_to(np.array([g.unit for g in goods], dtype=object), shape).ravel()[order],
                    pa.string(),
                ),
                "Harga": pa.array(written[order], pa.string()),
            }
        )
        files[regency.code] = folder / f"{regency.code}.csv"
        csv.write_csv(table, files[regency.code], csv.WriteOptions(delimiter=";"))
    return files


def _walk(rng: np.random.Generator, shape: tuple[int, int, int], goods: list[Commodity]) -> np.ndarray:
    """Prices that mostly stay and now and then move by a few percent, within the plausible range."""
    low = np.array([g.plausible_min_idr for g in goods], dtype=float)
    high = np.array([g.plausible_max_idr for g in goods], dtype=float)
    steps = np.where(rng.random(shape) < MOVING_SHARE, rng.normal(0, 0.02, shape), 0.0)
    level = np.sqrt(low * high) * np.exp(np.clip(np.cumsum(steps, axis=0), -0.3, 0.3))
    return (np.clip(level, low, high) / 50).round().astype(np.int64) * 50
