"""The size class that the figures of a unit give, by the rule of its data year."""

import math

import numpy as np
import pytest

from lumbung.check.derivations.industry import size_by_rule
from lumbung.reference import Reference
from lumbung.settings import Settings

CLASSES = Reference.load(Settings.load()).size_classes
SIZES = ("small", "medium", "large")
MILLION, BILLION = 10**6, 10**9
NONE = math.nan

BOUNDS = [
    # Permenperin 64/2016
    (2025, 19, BILLION - 1, "small"),
    (2025, 19, BILLION, "medium"),
    (2025, 20, BILLION - 1, "medium"),
    (2025, 19, 20 * BILLION, "medium"),
    (2025, 20, 15 * BILLION, "medium"),
    (2025, 20, 15 * BILLION + 1, "large"),
    (2025, 0, 0, "small"),
    (2025, NONE, BILLION, None),
    (2025, 20, NONE, None),
    (2016, 5, 500 * MILLION, "small"),
    # before it, by investment alone
    (2015, 5, 200 * MILLION, "small"),
    (2015, 500, 200 * MILLION, "small"),
    (2015, 5, 200 * MILLION + 1, "medium"),
    (2012, NONE, 10 * BILLION, "medium"),
    (2012, 5, 10 * BILLION + 1, "large"),
    (2012, 5, NONE, None),
    # no rule is known
    (2008, 5, 0, None),
    (NONE, 5, 0, None),
]


@pytest.mark.parametrize(("year", "workers", "investment", "expected"), BOUNDS)
def test_size_follows_the_rule_of_the_data_year(
    year: float, workers: float, investment: float, expected: str | None
) -> None:
    (found,) = size_by_rule(
        CLASSES, *(np.array([value], dtype=float) for value in (year, workers, investment))
    )
    assert (SIZES[found] if found >= 0 else None) == expected
