"""Targets of the sample: complete, in the order of their rules, resting on the registers."""

import dataclasses
from collections import defaultdict
from datetime import date

import pytest

from lumbung.reference import Reference
from lumbung.sample.population import YearOfUnits
from lumbung.sample.registers import OVOP_HEADER, registers_of_regency
from lumbung.sample.tables import Table
from lumbung.sample.targets import ADJUSTED, ORIGINAL, PROVINCE, TargetRow, starred_products, target_rows
from lumbung.settings import Settings

CODES = ("3504", "3576", "3578")
YEARS = (2024, 2025)
PRODUCTS = {"3504": {2024: 2, 2025: 3}, "3576": {2024: 1}, "3578": {}}


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference.load(Settings.load())


@pytest.fixture(scope="module")
def registers(reference: Reference) -> dict[str, list[YearOfUnits]]:
    return {code: registers_of_regency(reference, code, YEARS, 2012) for code in CODES}


@pytest.fixture(scope="module")
def rows(registers: dict[str, list[YearOfUnits]]) -> list[TargetRow]:
    return target_rows(registers, PRODUCTS, 2012)


def test_every_indicator_has_a_target_for_every_place_and_year(
    rows: list[TargetRow], reference: Reference
) -> None:
    originals = {
        (row.indicator_code, row.regency_code, row.target_year)
        for row in rows
        if row.quarter is None and row.target_version == ORIGINAL
    }
    assert originals == {
        (indicator, code, year)
        for indicator in reference.indicators
        for code in (*CODES, PROVINCE)
        for year in (2024, 2025, 2026)
    }
    keys = [dataclasses.astuple(row)[:5] for row in rows]
    assert len(set(keys)) == len(keys)


def test_ranges_have_bounds_and_all_others_a_value(rows: list[TargetRow], reference: Reference) -> None:
    for row in rows:
        is_range = reference.indicators[row.indicator_code].direction == "range"
        assert (row.target_value is None) == is_range
        assert (row.lower_value is None) == (row.upper_value is None) == (not is_range)
        assert row.decided_on <= row.effective_from_on


def test_targets_of_sums_rest_on_the_year_before(
    rows: list[TargetRow], registers: dict[str, list[YearOfUnits]]
) -> None:
    (target,) = (
        row.target_value
        for row in rows
        if (row.indicator_code, row.regency_code, row.target_year) == ("tenaga_kerja", "3578", 2026)
    )
    workers = int(registers["3578"][-1].workers.sum())
    assert target is not None
    assert workers < target < 1.08 * workers


def test_the_province_aims_at_what_its_regencies_aim_at_together(rows: list[TargetRow]) -> None:
    sums: dict[int, float] = defaultdict(float)
    own = {}
    for row in rows:
        if row.indicator_code == "agro_unit" and row.target_version == ORIGINAL:
            if row.regency_code == PROVINCE:
                own[row.target_year] = row.target_value
            else:
                sums[row.target_year] += row.target_value or 0
    assert own == dict(sums)


def test_adjusted_targets_come_into_force_in_the_middle_of_the_year(rows: list[TargetRow]) -> None:
    adjusted = [row for row in rows if row.target_version == ADJUSTED]
    assert {row.indicator_code for row in adjusted} == {"nilai_produksi", "ikm_jumlah"}
    assert {row.effective_from_on for row in adjusted} == {date(year, 7, 1) for year in (2024, 2025, 2026)}


def test_quarters_add_up_to_the_year_by_its_end(rows: list[TargetRow]) -> None:
    quarters = {
        row.quarter: row.target_value
        for row in rows
        if (row.indicator_code, row.regency_code, row.target_year) == ("nilai_produksi", "3504", 2026)
        and row.target_version == ORIGINAL
    }
    assert set(quarters) == {None, 1, 2, 3, 4}
    assert quarters[4] == quarters[None]
    values = [quarters[number] or 0 for number in (1, 2, 3, 4)]
    assert values == sorted(values)
    assert not [row for row in rows if row.quarter and row.target_year != 2026]


def test_products_of_three_stars_are_counted_by_year() -> None:
    lines = [
        [year, "", "", "", "", stars, 1, 1, 1] for year, stars in ((2024, 3), (2024, 2), (2025, 5), (2025, 3))
    ]
    assert starred_products(Table(OVOP_HEADER, lines)) == {2024: 1, 2025: 2}
