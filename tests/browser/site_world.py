"""A small province for the browser: two nights, three offices with prices and stocks, one faulty file."""

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from lumbung.settings import Settings
from tests.installation import built_warehouse
from tests.nights import run_night, set_arrival, write_csv

FIRST, LAST = date(2026, 7, 27), date(2026, 7, 28)
HOSTILE = 'Pasar "<img src=x onerror=alert(1)>"'
OFFICES = {
    "3578": ("Pasar Genteng", 13_000),
    "3509": ("Pasar Mangli", 12_000),
    "3529": ("Pasar Anom Baru", 16_000),
}
_STOCK_HEADER = [
    "tanggal", "komoditas", "stok_awal", "pemasukan", "pengeluaran", "stok_akhir", "kebutuhan_harian",
]  # fmt: skip


def two_nights(settings: Settings, inbox: Path) -> None:
    """Publish two releases and their pages; the second brings a day of prices from two offices.

    One office also reports a price at the producer's, on the first day alone.
    """
    built_warehouse(settings)
    for code, (market, base) in OFFICES.items():
        set_arrival(write_csv(inbox, code, _prices(market, base, FIRST, 40)), FIRST, 9)
        _write_stocks(inbox, code, base)
    header = ["tanggal", "pasar", "tingkat_harga", "komoditas", "satuan", "harga"]
    at_farm = [[FIRST.isoformat(), "Pasar Mangli", "produsen", "Beras Medium", "kg", 10_500]]
    set_arrival(write_csv(inbox, "3509", at_farm, name="produsen.csv", header=header), FIRST, 9)
    set_arrival(write_csv(inbox, "3510", [[FIRST.isoformat(), HOSTILE, "Beras Medium", "kg", 1]]), FIRST, 15)
    run_night(settings, inbox, FIRST)
    for code in ("3578", "3509"):
        market, base = OFFICES[code]
        rows = _prices(market, base + 260, LAST, 1)
        set_arrival(write_csv(inbox, code, rows, name="harga-2.csv"), LAST, 9)
    run_night(settings, inbox, LAST)


def _prices(market: str, base: int, last: date, days: int) -> list[list[Any]]:
    """Rice, and shallots dearer by two thirds."""
    return [
        [(last - timedelta(days=back)).isoformat(), market, name, "kg", price + 50 * (back % 3)]
        for back in reversed(range(days))
        for name, price in (("Beras Medium", base), ("Bawang Merah", base * 5 // 3))
    ]


def _write_stocks(inbox: Path, code: str, base: int) -> None:
    path = inbox / code / "staple_stocks" / "stok.csv"
    path.parent.mkdir(parents=True)
    closing = base // 100
    day = FIRST - timedelta(days=1)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_STOCK_HEADER)
        writer.writerow([day.isoformat(), "Beras Medium", closing, 10, 10, closing, 10])
        writer.writerow([day.isoformat(), "Bawang Merah", 20, 5, 5, 20, 10])
    set_arrival(path, FIRST, 9)
