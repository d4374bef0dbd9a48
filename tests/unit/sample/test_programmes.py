"""Programme activities of the sample: cumulative, within their budgets, slow first and hurried last."""

import numpy as np
import pytest
from numpy.typing import NDArray

from lumbung.reference import Reference
from lumbung.sample.generate import SEED
from lumbung.sample.programmes import ACTIVITY_HEADER, activities_of_office, is_silent
from lumbung.settings import Settings

YEARS = range(2021, 2027)


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference.load(Settings.load())


@pytest.fixture(scope="module")
def figures(reference: Reference) -> dict[str, NDArray[np.float64]]:
    """Budget, spending and progress of all offices, years and activities: one row per month, 1 to 12."""
    provincial = tuple(reference.provincial_programmes)
    tables = [
        activities_of_office(provincial, code, year, range(1, 13), SEED).rows
        for code in reference.offices
        for year in YEARS
    ]
    return {
        name: np.array([[row[ACTIVITY_HEADER.index(name)] for row in rows] for rows in tables], dtype=float)
        .reshape(len(tables), 12, -1)
        .transpose(1, 0, 2)
        .reshape(12, -1)
        for name in ("pagu", "realisasi_keuangan", "realisasi_fisik_persen")
    }


def test_figures_are_cumulative_and_within_bounds(figures: dict[str, NDArray[np.float64]]) -> None:
    budget, spent, progress = figures.values()
    assert (np.diff(spent, axis=0) >= 0).all()
    assert (np.diff(progress, axis=0) >= 0).all()
    assert (spent <= budget).all()
    assert (progress >= 0).all()
    assert (progress <= 100).all()


def test_a_year_begins_slowly_and_ends_in_a_hurry(figures: dict[str, NDArray[np.float64]]) -> None:
    budget, spent, progress = figures.values()
    absorption = spent.sum(axis=1) / budget.sum(axis=1) * 100
    assert absorption[2] < 12
    assert 25 < absorption[5] < 40
    assert 85 < absorption[11] < 98
    assert absorption[11] - absorption[8] > absorption[2] * 3
    assert 85 < progress[11].mean() < 99


def test_some_budgets_are_revised_in_october_alone(figures: dict[str, NDArray[np.float64]]) -> None:
    changed = np.diff(figures["pagu"], axis=0) != 0
    assert 0.2 < changed[8].mean() < 0.35
    assert not np.delete(changed, 8, axis=0).any()


def test_the_same_year_is_told_month_by_month_and_few_offices_are_silent(reference: Reference) -> None:
    provincial = tuple(reference.provincial_programmes)
    whole = activities_of_office(provincial, "3510", 2026, range(1, 13), SEED).rows
    assert [row for row in whole if row[1] == 6] == activities_of_office(
        provincial, "3510", 2026, [6], SEED
    ).rows
    silent = sum(is_silent(code, year, SEED) for code in reference.offices for year in YEARS)
    assert 3 <= silent <= 20
