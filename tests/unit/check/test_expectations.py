"""The Great Expectations run: every failing row, or an error of ours."""

import numpy as np
import pytest

from lumbung.check.expectations import validate
from lumbung.contracts.model import Rule, Severity
from lumbung.errors import LumbungError


def rule(rule_id, column, expectation="expect_column_values_to_be_between", **kwargs):
    return Rule(
        rule_id=rule_id,
        name=rule_id,
        severity=Severity.GALAT,
        level="value",
        engine="greatExpectations",
        field=None,
        expectation=expectation,
        kwargs={"column": column, **kwargs},
        fault=None,
        message="",
        remedy="",
    )


def test_lists_every_failing_row_beyond_all_caps_and_passes_over_nan():
    values = np.ones(1_000)
    values[:700] = 0
    values[990:] = np.nan
    run = validate("prices", [rule("X-1", "a", min_value=1)], {"a": values, "other": values})
    assert run.results[0].positions.tolist() == list(range(700))
    assert run.results[0].rows_applied == 990


def test_results_come_in_the_order_of_the_rules():
    columns = {"a": np.array([1.0, 0.0]), "b": np.array([np.nan, 5.0])}
    rules = [
        rule("X-2", "b", "expect_column_values_to_be_null"),
        rule("X-1", "a", min_value=1),
        rule("X-3", "b", "expect_column_values_to_not_be_null"),
    ]
    run = validate("prices", rules, columns)
    found = [(result.rule_id, result.positions.tolist()) for result in run.results]
    assert found == [("X-2", [1]), ("X-1", [1]), ("X-3", [0])]


def test_a_missing_column_is_an_error_of_ours():
    with pytest.raises(LumbungError, match="X-1") as caught:
        validate("prices", [rule("X-1", "gone", min_value=1)], {"a": np.array([1.0])})
    assert "no office is at fault" in caught.value.meaning


def test_an_expectation_that_lists_no_rows_is_refused():
    with pytest.raises(LumbungError, match="X-1"):
        validate(
            "prices",
            [rule("X-1", "a", "expect_column_mean_to_be_between", max_value=0)],
            {"a": np.array([1.0])},
        )


def test_an_unknown_expectation_is_refused():
    with pytest.raises(LumbungError, match="does not exist"):
        validate("prices", [rule("X-1", "a", "expect_miracles")], {"a": np.array([1.0])})


def test_no_rows_need_no_run():
    run = validate("prices", [rule("X-1", "a", min_value=1)], {"a": np.array([])})
    assert run.results[0].rows_applied == 0
    assert run.seconds == 0
