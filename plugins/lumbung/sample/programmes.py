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


_SHARE_OF_MONTH = np.array([2, 3, 5, 7, 8, 8, 8, 8, 9, 11, 13, 18])[:, None] / 100
"""Of a year's work: slow until contracts are signed, hurried before the books close."""

_MONTH = np.arange(1, 13)[:, None]
_TIED = 0.85
"""How many activities name the provincial programme that they support."""


def activities_of_office(
    provincial: tuple[str, ...], code: str, year: int, months: Sequence[int], seed: int
) -> Table:
    """One row per activity and month, cumulative; most are tied to a programme of the province.

    Some budgets are revised in October. Of a few activities the work begins only in September, or stands
    still from March to August or from September on, while money is spent.
    The whole year is drawn, so that the same seed gives the same figures whatever the months.

    Args:
        provincial: Codes of the province's programmes.
        code: The office's regency code.
        year: The budget year.
        months: Months of it, 1 to 12, to give rows for.
        seed: Of the sample.
    """
    rng = np.random.default_rng([seed, 9, int(code), year])
    count = len(_ACTIVITIES)
    first_budgets = rng.integers(50, 900, count) * 1_000_000
    pace = (_SHARE_OF_MONTH * rng.uniform(0.7, 1.3, (12, count))).cumsum(axis=0)
    pace *= rng.uniform(0.92, 1.1, count)
    work = np.minimum(100.0, np.round(pace * 100, 1))
    paid = np.maximum.accumulate(work / 100 * rng.uniform(0.85, 1.0, (12, count)), axis=0)
    realised = (first_budgets * paid).astype(np.int64)
    revised = first_budgets * np.where(rng.random(count) < 0.3, rng.uniform(0.9, 1.25, count), 1.0)
    revised = np.ceil(np.maximum(revised, realised[-1]) / 1_000_000).astype(np.int64) * 1_000_000
    budgets = np.where(_MONTH < 10, first_budgets, revised)
    mishap = rng.random(count)
    physical = np.where((mishap < 0.03) & (_MONTH < 9), 0.0, work)
    physical = np.where((mishap >= 0.03) & (mishap < 0.06) & (_MONTH > 3) & (_MONTH < 9), work[2], physical)
    physical = np.where((mishap >= 0.06) & (mishap < 0.09) & (_MONTH > 9), work[8], physical)
    is_tied = rng.random(count) < _TIED
    rows: list[list[Cell]] = [
        [
            year,
            month,
            f"3.31.{programme}",
            name,
            f"3.31.{programme}.{number + 1:02d}",
            activity,
            "ya" if is_priority else "tidak",
            provincial[number % len(provincial)] if is_tied[number] else None,
            int(budgets[month - 1, number]),
            int(realised[month - 1, number]),
            float(physical[month - 1, number]),
        ]
        for month in months
        for number, (programme, name, activity, is_priority) in enumerate(_ACTIVITIES)
    ]
    return Table(ACTIVITY_HEADER, rows, titles=(f"REALISASI PROGRAM DAN KEGIATAN TAHUN {year}",))


def is_silent(code: str, year: int, seed: int) -> bool:
    """Whether an office reported no activities in a year that is over: one in 25 did not."""
    return bool(np.random.default_rng([seed, 11, int(code), year]).random() < 0.04)


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
