"""The words of a failed build."""

from lumbung.build.dbt import BuildFailed, BuildResult, describe
from lumbung.build.failures import TestFailure


def _failure(number: int = 1, failures: int = 2) -> TestFailure:
    return TestFailure(
        unique_id=f"test.lumbung.t{number}",
        name=f"t{number}",
        kind="test",
        on_model="fct_price_daily",
        message=f"Got {failures} results, configured to fail if != 0",
        failures=failures,
        relation="build.failing_rows_1",
        columns=("regency_code", "price_idr"),
        rows=(("3510", 12500), ("3573", None)),
    )


def test_a_failed_test_shows_its_rows_as_a_table() -> None:
    assert _failure().text().splitlines() == [
        "test t1 on fct_price_daily: Got 2 results, configured to fail if != 0",
        "  regency_code | price_idr",
        "  3510         | 12500",
        "  3573         | (null)",
    ]


def test_where_all_rows_are_is_said_when_not_all_are_shown() -> None:
    assert _failure(failures=999).text().endswith("all 999 of them: table build.failing_rows_1")


def test_long_values_are_cut() -> None:
    failure = TestFailure("u", "t", "test", "m", "x", 1, "build.r", ("note",), (("y" * 90,),))
    assert failure.text().splitlines()[-1] == "  " + "y" * 39 + "…"


def test_a_failed_model_shows_what_dbt_said() -> None:
    failure = TestFailure("model.lumbung.m", "m", "model", None, "Database Error\n  division by zero\n", None)
    assert failure.text() == "model m: Database Error\n  division by zero"


def test_the_first_line_names_what_failed_and_what_was_skipped() -> None:
    failures = tuple(_failure(number) for number in range(10))
    result = BuildResult(
        7, 0, 5, False, failures, statuses={"test fail": 10, "model skipped": 3, "test skipped": 4}
    )
    assert describe(result).splitlines()[0] == (
        "The build failed at t0, t1, t2, t3, t4, t5, t6, t7 and 2 more "
        "(7 nodes that depend on it were skipped)."
    )


def test_the_error_says_that_the_previous_release_stays() -> None:
    error = BuildFailed(BuildResult(7, 0, 5, False), "The build failed at t.", "Mend it.")
    assert "The previous release stays in place" in str(error)
    assert error.result.build_id == 7
