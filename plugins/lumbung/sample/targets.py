"""Targets of the sample: what regencies and the province set themselves, year by year. All are made up.

Targets of industry rest on the registers: somewhat more than was there the year before, so that some are met
and some missed. A target for the province is the sum of those of its regencies, or the same rate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from lumbung.sample.population import YearOfUnits
from lumbung.sample.tables import Table
from lumbung.sample.trades import TRADES

PROVINCE = "35"
ORIGINAL, ADJUSTED = "original", "adjusted_1"

_AMBITION = (1.005, 1.07)
"""Between these times last year's figure lies the target of a sum."""
_RATES: dict[str, tuple[float, float]] = {
    "pdrb_industri": (4.5, 6.0),
    "ikm_tumbuh": (0.5, 2.5),
    "sertifikasi": (55.0, 75.0),
    "serapan_program": (88.0, 95.0),
    "fisik_program": (92.0, 98.0),
    "stabilitas_waktu": (6.0, 12.0),
    "stabilitas_wilayah": (8.0, 14.0),
    "kepatuhan_het": (75.0, 90.0),
    "cakupan_siskaperbapo": (90.0, 100.0),
    "ketepatan_lapor": (85.0, 95.0),
}
"""Targets of rates and of what is better low, in the indicator's unit: from, to."""
_RANGES = {"ketahanan_stok": (7.0, 30.0)}
_QUARTERLY = {"serapan_program": (0.15, 0.40, 0.65, 1.0), "nilai_produksi": (0.22, 0.47, 0.73, 1.0)}
"""Parts of the year's target that are to be reached by the end of each quarter, set for the last year."""
_STARS = 3
_AGRO = ("10", "11", "12", "1511", "161", "162", "170")


@dataclass(frozen=True)
class TargetRow:
    """One target, with the columns of the seed `targets`; a range has no value of its own.

    ``quarter`` is None for the year. ``regency_code`` 35 is the province.
    """

    indicator_code: str
    regency_code: str
    target_year: int
    quarter: int | None
    target_version: str
    target_value: float | None
    lower_value: float | None
    upper_value: float | None
    decree: str
    decided_on: date
    effective_from_on: date


def target_rows(
    registers: Mapping[str, Sequence[YearOfUnits]], products: Mapping[str, Mapping[int, int]], seed: int
) -> list[TargetRow]:
    """Targets of all indicators for the years of the registers and the one that follows them.

    Args:
        registers: By regency code, one per data year, the same years for all.
        products: By regency code and data year the OVOP products of three stars and more.
        seed: Decides how much is aimed at.

    Returns:
        Rows by indicator, place, year and quarter; in every third regency production and units of small and
        medium industry were adjusted in the middle of the year.
    """
    codes = sorted(registers)
    years = [register.year for register in registers[codes[0]]]
    figures = {code: _figures(registers[code], products[code]) for code in codes}
    rows: list[TargetRow] = []
    for year in [*years, years[-1] + 1]:
        for indicator in figures[codes[0]][years[0]]:
            of_places = {}
            for code in codes:
                before = figures[code][max(year - 1, years[0])][indicator]
                aim = _random(seed, indicator, code, year).uniform(*_AMBITION)
                of_places[code] = float(_rounded(before * aim, indicator))
            of_places[PROVINCE] = sum(of_places.values())
            rows += _of_year(indicator, year, of_places, years[-1] + 1)
        for indicator, bounds in _RATES.items():
            common = round(_random(seed, indicator, PROVINCE, year).uniform(*bounds), 1)
            rows += _of_year(indicator, year, dict.fromkeys([*codes, PROVINCE], common), years[-1] + 1)
        for indicator, (lower, upper) in _RANGES.items():
            rows += [
                _row(indicator, code, year, None, ORIGINAL, None, (lower, upper))
                for code in [*codes, PROVINCE]
            ]
    return sorted(
        rows,
        key=lambda row: (
            row.indicator_code, row.regency_code, row.target_year, row.quarter or 0, row.target_version,
        ),
    )  # fmt: skip


def starred_products(products: Table) -> dict[int, int]:
    """Products of three stars and more by data year, of a regency's table of OVOP products."""
    years, stars = (products.header.index(name) for name in ("tahun", "bintang"))
    counts: dict[int, int] = {}
    for row in products.rows:
        if int(str(row[stars])) >= _STARS:
            counts[int(str(row[years]))] = counts.get(int(str(row[years])), 0) + 1
    return counts


def _figures(registers: Sequence[YearOfUnits], products: Mapping[int, int]) -> dict[int, dict[str, float]]:
    """What the indicators of sums came to in each year."""
    is_creative = np.array([bool(trade.creative) for trade in TRADES])
    is_agro = np.array([trade.kbli.startswith(_AGRO) for trade in TRADES])
    found = {}
    for register in registers:
        is_open = register.is_open
        found[register.year] = {
            "ikm_jumlah": float((is_open & (register.size < 2)).sum()),
            "tenaga_kerja": float(register.workers.sum()),
            "nilai_investasi": float(register.investment_idr.sum()),
            "nilai_produksi": float(register.production_idr.sum()),
            "nilai_tambah": float((register.production_idr - register.material_idr).sum()),
            "kreatif_unit": float((is_open & is_creative[register.trade]).sum()),
            "agro_unit": float((is_open & is_agro[register.trade]).sum()),
            "ovop_bintang": float(products.get(register.year, 0)),
        }
    return found


def _of_year(indicator: str, year: int, values: Mapping[str, float], last_year: int) -> list[TargetRow]:
    rows = []
    for number, (code, value) in enumerate(values.items()):
        rows.append(_row(indicator, code, year, None, ORIGINAL, value))
        if indicator in ("nilai_produksi", "ikm_jumlah") and number % 3 == 1 and code != PROVINCE:
            lowered = float(_rounded(value * 0.96, indicator))
            rows.append(_row(indicator, code, year, None, ADJUSTED, lowered))
        if year == last_year and (code != PROVINCE or indicator != "nilai_produksi"):
            rows += [
                _row(indicator, code, year, quarter, ORIGINAL, float(_rounded(value * part, indicator)))
                for quarter, part in enumerate(_QUARTERLY.get(indicator, ()), start=1)
            ]
    return rows


def _row(
    indicator: str,
    code: str,
    year: int,
    quarter: int | None,
    version: str,
    value: float | None,
    bounds: tuple[float, float] | None = None,
) -> TargetRow:
    is_original = version == ORIGINAL
    return TargetRow(
        indicator_code=indicator,
        regency_code=code,
        target_year=year,
        quarter=quarter,
        target_version=version,
        target_value=value,
        lower_value=bounds[0] if bounds else None,
        upper_value=bounds[1] if bounds else None,
        decree=f"Data contoh {'' if is_original else 'perubahan '}{year}",
        decided_on=date(year - 1, 12, 20) if is_original else date(year, 6, 25),
        effective_from_on=date(year, 1, 1) if is_original else date(year, 7, 1),
    )


def _rounded(value: float, indicator: str) -> float:
    """Money to whole millions, rates to a tenth, the rest to whole numbers; sums come to one at least."""
    if indicator.startswith("nilai_"):
        return max(round(value / 1e6), 1) * 1e6
    return round(value, 1) if indicator in _RATES else max(round(value), 1)


def _random(seed: int, indicator: str, code: str, year: int) -> np.random.Generator:
    return np.random.default_rng([seed, 11, int(code), year, *indicator.encode()])
