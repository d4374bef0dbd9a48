"""Submissions of the datasets other than prices: one file per office and dataset tonight; older ones."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np

from lumbung.clock import JAKARTA
from lumbung.reference import Reference
from lumbung.sample.files import set_modified, write_csv
from lumbung.sample.places import Good
from lumbung.sample.population import YearOfUnits
from lumbung.sample.programmes import activities_of_office, growth_of_years, indicators_of_quarter, is_silent
from lumbung.sample.registers import FILE, ovop_table, register_table, registers_of_regency
from lumbung.sample.stocks import stocks_of_week
from lumbung.sample.tables import Table, write_table

REGISTER_YEARS = 5
"""Data years of the registers, tonight's included."""

Registers = dict[str, list[YearOfUnits]]
"""By regency code, one register per data year."""


def make_registers(reference: Reference, business_date: date, seed: int) -> Registers:
    """The small profile's registers of the years that ended before the business date."""
    years = range(business_date.year - REGISTER_YEARS, business_date.year)
    return {code: registers_of_regency(reference, code, years, seed) for code in sorted(reference.regencies)}


def write_others(
    reference: Reference,
    goods: list[Good],
    registers: Registers,
    folder: Path,
    business_date: date,
    seed: int,
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
            lambda code, _: register_table(reference, code, registers[code][-1]),
        ),
        "ovop_products": (
            f"ovop {year}",
            date(year + 1, 3, 24),
            lambda code, _: _of_year(ovop_table(reference, code, registers[code], seed), year),
        ),
        "programme_activities": (
            f"realisasi_{month:%Y_%m}",
            month + timedelta(days=7),
            lambda code, _: activities_of_office(provincial, code, month.year, [month.month], seed),
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


def write_older(
    reference: Reference, registers: Registers, folder: Path, business_date: date, seed: int
) -> dict[str, dict[str, int]]:
    """Write what the offices handed in before tonight: a register per year, else one file of all years.

    Returns:
        Rows written, by dataset and regency code.
    """
    provincial = tuple(reference.provincial_programmes)
    month = business_date.replace(day=1) - timedelta(days=1)
    years = range(business_date.year - REGISTER_YEARS, month.year + 1)
    written: dict[str, dict[str, int]] = {}

    def write(code: str, dataset: str, name: str, table: Table) -> None:
        path = folder / code / dataset / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_csv(path, [table.header, *table.rows], newline="\n")
        set_modified(path, datetime.combine(business_date, time(6, 0), tzinfo=JAKARTA))
        of_dataset = written.setdefault(dataset, {})
        of_dataset[code] = of_dataset.get(code, 0) + len(table.rows)

    for code in sorted(reference.offices):
        earlier = registers[code][:-1]
        for register in earlier:
            table = register_table(reference, code, register)
            write(code, "industry_units", FILE.format(year=register.year), table)
        write(code, "ovop_products", "riwayat_ovop.csv", ovop_table(reference, code, earlier, seed))
        ends = {year: month.month if year == month.year else 13 for year in years}
        months = [
            activities_of_office(provincial, code, year, range(1, end), seed)
            for year, end in ends.items()
            if year == month.year or not is_silent(code, year, seed)
        ]
        rows = [row for table in months for row in table.rows]
        write(code, "programme_activities", "riwayat_kegiatan.csv", Table(months[0].header, rows))
        rng = np.random.default_rng([seed, 10, int(code)])
        table = growth_of_years([register.year for register in registers[code]], rng)
        write(code, "indicator_realisations", "riwayat_pdrb.csv", table)
    return written


def _of_year(table: Table, year: int) -> Table:
    """The rows of one year, which stands in their first column."""
    return Table(table.header, [row for row in table.rows if row[0] == year], table.titles)
