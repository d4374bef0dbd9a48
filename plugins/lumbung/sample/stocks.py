"""A week of staple stocks of one office. The figures are made up; only their balance is real."""

from datetime import date, timedelta

import numpy as np

from lumbung.sample.files import Cell
from lumbung.sample.places import Good
from lumbung.sample.tables import Table

HEADER = (
    "tanggal", "komoditas", "stok_awal", "pemasukan", "pengeluaran", "stok_akhir", "kebutuhan_harian",
)  # fmt: skip


def stocks_of_week(goods: list[Good], regency: str, monday: date, rng: np.random.Generator) -> Table:
    """One row per commodity and day from ``monday`` on, in tonnes with one decimal.

    Opening stock is the day before's closing stock; closing = opening + inflow - outflow.
    """
    rows: list[list[Cell]] = []
    for good in goods:
        if good.unit not in ("kg", "liter"):
            continue
        need = int(rng.integers(40, 900))
        stock = need * int(rng.integers(5, 30))
        for day in range(7):
            inflow = int(rng.integers(0, 2 * need)) if day % 3 == 0 else 0
            outflow = min(stock + inflow, int(need * rng.uniform(0.8, 1.2)))
            closing = stock + inflow - outflow
            tonnes = [amount / 10 for amount in (stock, inflow, outflow, closing, need)]
            rows.append([monday + timedelta(days=day), good.name, *tonnes])
            stock = closing
    return Table(HEADER, rows, titles=(f"STOK BAHAN POKOK {regency.upper()}",))
