"""The dbt build beside hand-written SQL that makes the same price marts from the same loaded rows.

Both have to give equal rows. dbt makes further marts beside the price marts, and tests all of them.
"""

from typing import Any

from lumbung import night as stages
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from tests.benchmarks import floor_marts
from tests.benchmarks.measure import Measure, say, timed


def run(settings: Settings, night: stages.Night) -> tuple[list[Measure], dict[str, Any]]:
    """Measure a full build of what is loaded.

    Returns:
        The whole build and its price marts alone; and what the build returned.
    """
    took: dict[str, float] = {}
    with timed(took, "build"):
        built = stages.build(settings, night)
    tell_nodes(settings)
    floor = sum(floor_marts.make(settings).values())
    say(f"equal rows: {floor_marts.compare(settings)}")
    measures = [
        Measure("build, in full", took["build"], "price marts by hand", floor),
        Measure("build: price marts", price_marts_seconds(settings), "price marts by hand", floor),
    ]
    return measures, built


def price_marts_seconds(settings: Settings) -> float:
    """Seconds that the last build spent on the price marts, by dbt's own account."""
    with connect(Role.ENGINEER, settings) as connection:
        found = connection.execute(
            "select sum(seconds) from audit.dbt_results"
            " where build_id = (select max(build_id) from audit.builds)"
            " and split_part(unique_id, '.', 3) = any(%s)",
            [list(floor_marts.MARTS.values())],
        ).fetchone()
    assert found is not None
    return float(found[0])


def tell_nodes(settings: Settings) -> None:
    """Say what the last build spent its time on; two nodes run at a time."""
    with connect(Role.ENGINEER, settings) as connection:
        nodes = connection.execute(
            "select resource_type, split_part(unique_id, '.', 3), seconds from audit.dbt_results"
            " where build_id = (select max(build_id) from audit.builds) order by seconds desc"
        ).fetchall()
    kinds: dict[str, list[float]] = {}
    for kind, _, seconds in nodes:
        kinds.setdefault(kind, []).append(float(seconds))
    say("  nodes: " + ", ".join(f"{len(s)} x {kind} {sum(s):.2f} s" for kind, s in kinds.items()))
    say("  slowest: " + ", ".join(f"{name} {seconds:.2f} s" for _, name, seconds in nodes[:8]))
