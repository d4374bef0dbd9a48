"""A typical night, one day's file of each of 38 offices, without the scheduler.

Each night runs in a fresh process, so that it pays for loading pandas, Great Expectations and dbt as the
tasks of a real night do. Its floor copies the same files, applies the rules in SQL to them alone and makes
the day's rows of the price marts by hand.
"""

import statistics
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from lumbung import night as stages
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from tests.benchmarks import floor_marts, floor_sql
from tests.benchmarks.bench_build import price_marts_seconds, tell_nodes
from tests.benchmarks.measure import Measure, in_own_process, say

STAGES = ("collect", "decode", "check", "load", "build", "publish", "report")


def run(settings: Settings, inboxes: Sequence[Path], last_on: date) -> list[Measure]:
    """Measure a night per inbox, on top of what is published.

    Args:
        settings: An installation whose marts also exist by hand (``floor_marts.make``).
        inboxes: One per night.
        last_on: The day before the first of them.

    Returns:
        The whole night, and the price marts of its build; medians over the nights.
    """
    nights, marts, floors, mart_floors = [], [], [], []
    for number, inbox in enumerate(inboxes, start=1):
        day = last_on + timedelta(days=number)
        took = in_own_process(one_night, settings, inbox, day, f"bench-{number}")
        nights.append(sum(took.values()))
        marts.append(price_marts_seconds(settings))
        say(f"night of {day}: {nights[-1]:.2f} s ({', '.join(f'{n} {s:.2f}' for n, s in took.items())})")
        tell_nodes(settings)
        copied = floor_sql.copy_files(settings, inbox)
        judged, _ = floor_sql.judge(settings, day)
        by_hand = sum(floor_marts.make_days(settings, day, day).values())
        mart_floors.append(by_hand)
        floors.append(copied + judged + by_hand)
    say(f"equal rows: {floor_marts.compare(settings)}")
    return [
        Measure(
            "typical night",
            statistics.median(nights),
            "COPY + rules in SQL + day by hand",
            statistics.median(floors),
        ),
        Measure(
            "typical night: price marts",
            statistics.median(marts),
            "day by hand",
            statistics.median(mart_floors),
        ),
    ]


def one_night(settings: Settings, inbox: Path, day: date, run_id: str) -> dict[str, float]:
    """Run all stages; seconds by stage as the night itself noted them."""
    night, offices = stages.open_night(settings, day, str(inbox), run_id)
    for office in offices:
        stages.collect(settings, night, office["regency_code"])
    for stage in (stages.decode, stages.check, stages.load):
        stage(settings, night)
    stages.publish(settings, night, stages.build(settings, night))
    stages.report(settings, night)
    with connect(Role.ENGINEER, settings) as connection:
        found = connection.execute(
            "select stage, sum(seconds)::float8 from audit.stage_timings where night_id = %s group by stage",
            [night.night_id],
        ).fetchall()
    took = dict(found)
    return {stage: took[stage] for stage in STAGES}
