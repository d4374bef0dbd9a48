"""Months of programme activities, a quarter and years of indicators of an office. All figures are made up."""

from collections.abc import Sequence

import numpy as np

from lumbung.sample.files import Cell
from lumbung.sample.tables import Table

ACTIVITY_HEADER = (
    "tahun", "bulan", "kode_program", "program", "kode_kegiatan", "kegiatan", "prioritas",
    "kode_program_provinsi", "pagu", "realisasi_keuangan", "realisasi_fisik_persen",
)  # fmt: skip
REALISATION_HEADER = (
    "tahun", "periode", "kode_indikator", "pembilang", "penyebut", "realisasi", "keterangan",
)  # fmt: skip

_ACTIVITIES = (
    ("01", "Pemberdayaan Industri Kecil dan Menengah", "Pelatihan kewirausahaan IKM", True),
    ("01", "Pemberdayaan Industri Kecil dan Menengah", "Fasilitasi sertifikasi halal dan merek", True),
    ("02", "Pengembangan Industri Unggulan", "Penguatan sentra industri kompetensi inti", True),
    ("02", "Pengembangan Industri Unggulan", "Promosi produk OVOP", False),
    ("03", "Stabilisasi Harga dan Ketersediaan", "Pemantauan harga dan stok bahan pokok", False),
    ("03", "Stabilisasi Harga dan Ketersediaan", "Pasar murah menjelang hari besar", False),
)


def activities_of_months(
    provincial: tuple[str, ...], year: int, months: Sequence[int], rng: np.random.Generator
) -> Table:
    """One row per activity and month, cumulative; every second activity is tied to the province's.

    The whole year is drawn, so that a generator of the same seed gives the same figures whatever the months.
    """
    count = len(_ACTIVITIES)
    budgets = (rng.integers(50, 900, count) * 1_000_000).tolist()
    pace = rng.uniform(0.4, 1.0, (12, count)).cumsum(axis=0) / 12 * rng.uniform(0.95, 1.35, count)
    physical = np.minimum(100.0, np.round(pace * 100, 1))
    paid = np.maximum.accumulate(physical / 100 * rng.uniform(0.8, 1.0, (12, count)), axis=0)
    rows: list[list[Cell]] = [
        [
            year,
            month,
            f"3.31.{programme}",
            name,
            f"3.31.{programme}.{number + 1:02d}",
            activity,
            "ya" if is_priority else "tidak",
            provincial[number % len(provincial)] if number % 2 == 0 else None,
            budgets[number],
            int(budgets[number] * paid[month - 1, number]),
            float(physical[month - 1, number]),
        ]
        for month in months
        for number, (programme, name, activity, is_priority) in enumerate(_ACTIVITIES)
    ]
    return Table(ACTIVITY_HEADER, rows, titles=(f"REALISASI PROGRAM DAN KEGIATAN TAHUN {year}",))


def indicators_of_quarter(
    ratios: tuple[str, ...], year: int, quarter: int, rng: np.random.Generator
) -> Table:
    """One row per indicator that is a share: numerator, denominator and their quotient in per cent."""
    rows: list[list[Cell]] = []
    for code in ratios:
        denominator = int(rng.integers(20, 400))
        numerator = int(denominator * rng.uniform(0.3, 0.95))
        share = round(numerator / denominator * 100, 2)
        rows.append([year, f"TW{quarter}", code, numerator, denominator, share, "Data sementara"])
    return Table(REALISATION_HEADER, rows)


def growth_of_years(years: Sequence[int], rng: np.random.Generator) -> Table:
    """The growth of the regency's industry in each year, which offices report as a figure."""
    growth = np.round(rng.normal(4.8, 1.2, len(years)), 2).tolist()
    rows: list[list[Cell]] = [
        [year, "tahunan", "pdrb_industri", None, None, figure, "Data contoh"]
        for year, figure in zip(years, growth, strict=True)
    ]
    return Table(REALISATION_HEADER, rows)
