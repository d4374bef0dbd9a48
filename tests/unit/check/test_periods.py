"""In which period of its dataset a row is reported."""

from datetime import date

import numpy as np
import pytest

from lumbung.check.frame import NO_DAY
from lumbung.check.periods import reported_periods
from lumbung.contracts.load import load_contracts
from lumbung.settings import Settings

CONTRACTS = load_contracts(Settings.load().expectations)


def _days(*days: date | None) -> np.ndarray:
    return np.array([NO_DAY if day is None else (day - date(1970, 1, 1)).days for day in days], np.int32)


@pytest.mark.parametrize(
    ("first", "last", "reported"),
    [
        (date(2026, 4, 1), date(2026, 6, 30), date(2026, 4, 1)),
        (date(2026, 5, 1), date(2026, 5, 31), date(2026, 4, 1)),
        (date(2025, 1, 1), date(2025, 12, 31), date(2025, 10, 1)),
        (None, None, None),
    ],
)
def test_months_and_years_are_reported_with_the_quarter_in_which_they_end(
    first: date | None, last: date | None, reported: date | None
) -> None:
    found = reported_periods(CONTRACTS["indicator_realisations"], _days(first), _days(last))

    assert found.tolist() == _days(reported).tolist()


@pytest.mark.parametrize(
    ("dataset", "first", "last"),
    [
        ("staple_stocks", date(2026, 6, 29), date(2026, 7, 5)),
        ("programme_activities", date(2026, 2, 1), date(2026, 2, 28)),
        ("industry_units", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_other_rows_are_reported_with_their_own_period(dataset: str, first: date, last: date) -> None:
    assert reported_periods(CONTRACTS[dataset], _days(first), _days(last)).tolist() == _days(first).tolist()
