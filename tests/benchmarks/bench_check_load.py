"""Check and load beside their floors: COPY and the rules in SQL, and the rules as vectorised pandas code.

The floors have to find what our check finds. Where a rule rests on references they may differ by a few: they
leave no suspect out of later references.
"""

import resource

from lumbung import night as stages
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from tests.benchmarks import floor_pandas, floor_sql
from tests.benchmarks.measure import Measure, in_own_process, say, timed

_RESTS_ON_REFERENCES = {"SP-207", "SP-401", "SP-402", "SP-403"}
_TOLERATED_SHARE = 0.15


def run(settings: Settings, night: stages.Night, copied_seconds: float) -> list[Measure]:
    """Measure the check and the load of what is decoded; loads it.

    Args:
        settings: An installation where ``floor_sql`` has copied the same files.
        night: The night they belong to.
        copied_seconds: How long that copying took.

    Returns:
        Check and load together, the check, what of it is Great Expectations, and the load.
    """
    in_sql, found_in_sql = floor_sql.judge(settings, night.business_date)
    say(f"floor: rules in SQL: {in_sql:.2f} s")
    in_pandas, compared, found_in_pandas = in_own_process(
        floor_pandas.judge, settings, _offices(settings), night.business_date
    )
    say(f"floor: rules in pandas: {in_pandas:.2f} s, of which comparisons {compared:.3f} s")
    took: dict[str, float] = {}
    with timed(took, "importing Great Expectations"):
        import great_expectations.expectations  # noqa: F401
    with timed(took, "check"):
        checked = stages.check(settings, night)
    say(f"checked: {checked}")
    _compare(_found(settings, night.night_id), found_in_sql, found_in_pandas)
    copied_accepted = floor_sql.copy_accepted(settings)
    with timed(took, "load"):
        stages.load(settings, night)
    say(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")
    check, load = took["check"], took["load"]
    return [
        Measure("check + load", check + load, "server-side COPY + rules in SQL", copied_seconds + in_sql),
        Measure("check", check, "rules in SQL", in_sql),
        Measure("check", check, "rules in pandas", in_pandas),
        Measure("check: Great Expectations", checked["gx_seconds"], "comparisons in pandas", compared),
        Measure("load", load, "COPY, bare table", copied_accepted["bare"]),
        Measure("load", load, "COPY, indexed table", copied_accepted["indexed"]),
    ]


def _offices(settings: Settings) -> dict[str, str]:
    """The office of each decoded submission."""
    with connect(Role.INGEST, settings) as connection:
        return dict(
            connection.execute(
                "select submission_id, regency_code from intake.submissions where state = 'decoded'"
            ).fetchall()
        )


def _found(settings: Settings, night_id: int) -> dict[str, int]:
    """Rows that broke each rule according to our check."""
    with connect(Role.INGEST, settings) as connection:
        return dict(
            connection.execute(
                "select rule_id, rows_failed from audit.gx_results where night_id = %s", [night_id]
            ).fetchall()
        )


def _compare(ours: dict[str, int], in_sql: dict[str, int], in_pandas: dict[str, int]) -> None:
    """Make sure that all three did the same work.

    Raises:
        RuntimeError: when they did not.
    """
    counts = {rule: (ours[rule], in_sql[rule], in_pandas[rule]) for rule in floor_sql.RULES}
    say(f"rows found by check, SQL, pandas: { {rule: n for rule, n in counts.items() if any(n)} }")
    for rule, found in counts.items():
        tolerated = _TOLERATED_SHARE * max(found) + 10 if rule in _RESTS_ON_REFERENCES else 0
        if max(found) - min(found) > tolerated:
            raise RuntimeError(f"{rule}: check, SQL and pandas found {found} rows; a floor does other work")
