"""A month of programme activities and a quarter of indicators of one office. All figures are made up."""

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


def activities_of_month(
    provincial: tuple[str, ...], year: int, month: int, rng: np.random.Generator
) -> Table:
    """One row per activity, cumulative to the end of the month; every second is tied to the province's."""
    rows: list[list[Cell]] = []
    for number, (programme, name, activity, is_priority) in enumerate(_ACTIVITIES):
        budget = int(rng.integers(50, 900)) * 1_000_000
        physical = round(min(100.0, month / 12 * 100 * rng.uniform(0.7, 1.1)), 1)
        spent = int(budget * min(1.0, physical / 100 * rng.uniform(0.8, 1.0)))
        rows.append(
            [
                year,
                month,
                f"3.31.{programme}",
                name,
                f"3.31.{programme}.{number + 1:02d}",
                activity,
                "ya" if is_priority else "tidak",
                provincial[number % len(provincial)] if number % 2 == 0 else None,
                budget,
                spent,
                physical,
            ]
        )
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
