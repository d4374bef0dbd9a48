"""Tonight's submissions of the datasets other than prices: one file per office and dataset."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np

from lumbung.clock import JAKARTA
from lumbung.reference import Reference
from lumbung.sample.files import set_modified
from lumbung.sample.industry import ovop_of_year, register_of_year
from lumbung.sample.places import Good
from lumbung.sample.programmes import activities_of_month, indicators_of_quarter
from lumbung.sample.stocks import stocks_of_week
from lumbung.sample.tables import Table, write_table

UNITS_OF_AN_OFFICE = 210
"""About 8,000 industry units in the province."""


def write_others(
    reference: Reference, goods: list[Good], folder: Path, business_date: date, seed: int
) -> dict[str, dict[str, int]]:
    """Write ``<folder>/<regency>/<dataset>/<file>`` for every office, each with its period's last figures.

    The periods are those that ended last before the business date: week, month, quarter and year.
    Files arrive within their due dates.

    Returns:
        Rows written, by dataset and regency code.
    """
    monday = business_date - timedelta(days=business_date.weekday() + 7)
    month = business_date.replace(day=1) - timedelta(days=1)
    ended_quarters = month.year * 4 + month.month // 3 - 1
    quarter_year, quarter = ended_quarters // 4, ended_quarters % 4 + 1
    year = business_date.year - 1
    provincial = tuple(reference.provincial_programmes)
    ratios = tuple(code for code, item in reference.indicators.items() if item.kind == "ratio")
    tables: dict[str, tuple[str, date, Callable[[str, np.random.Generator], Table]]] = {
        "staple_stocks": (
            f"stok {monday:%Y-%m-%d}",
            monday + timedelta(days=6),
            lambda code, rng: stocks_of_week(goods, reference.regencies[code].name, monday, rng),
        ),
        "industry_units": (
            f"direktori_industri_{year}",
            date(year + 1, 3, 20),
            lambda code, rng: register_of_year(reference, code, year, rng, UNITS_OF_AN_OFFICE),
        ),
        "ovop_products": (
            f"ovop {year}",
            date(year + 1, 3, 24),
            lambda code, rng: ovop_of_year(reference, code, year, rng),
        ),
        "programme_activities": (
            f"realisasi_{month:%Y_%m}",
            month + timedelta(days=7),
            lambda code, rng: activities_of_month(provincial, month.year, month.month, rng),
        ),
        "indicator_realisations": (
            f"indikator TW{quarter} {quarter_year}",
            (date(quarter_year, quarter * 3, 28) + timedelta(days=4)).replace(day=11),
            lambda code, rng: indicators_of_quarter(ratios, quarter_year, quarter, rng),
        ),
    }
    written: dict[str, dict[str, int]] = {dataset: {} for dataset in tables}
    for number, code in enumerate(sorted(reference.offices)):
        for at, (dataset, (stem, day, make)) in enumerate(tables.items()):
            rng = np.random.default_rng([seed, 3, number, at])
            table = make(code, rng)
            path = write_table(folder / code / dataset, stem, table, number + at)
            minutes = int(rng.integers(240))
            arrived_at = datetime.combine(day, time(7, 30), tzinfo=JAKARTA) + timedelta(minutes=minutes)
            set_modified(path, arrived_at)
            written[dataset][code] = len(table.rows)
    return written
