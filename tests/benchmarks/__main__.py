"""``python -m tests.benchmarks``: every stage beside its floor, in one run and one table."""

import argparse
import os
from datetime import date

from lumbung import night as stages
from lumbung.reference import Reference
from lumbung.settings import Settings
from tests.benchmarks import (
    bench_build,
    bench_check_load,
    bench_decode,
    bench_history,
    bench_night,
    bench_publish,
    bench_register,
    bench_workbook,
    floor_sql,
)
from tests.benchmarks.measure import Measure, in_own_process, say, table
from tests.benchmarks.price_files import write_price_files
from tests.installation import empty_warehouse, own_installation, prepare_marts

LAST_ON = date(2026, 7, 27)
ROWS, QUICK_ROWS = 1_000_000, 20_000
NIGHTS, QUICK_NIGHTS = 3, 1
REGISTER_DATE = date(2026, 7, 28)
QUICK_REGISTER_ROWS = 8_000
HISTORIES, QUICK_HISTORIES = (1_000_000, 20_000_000), (20_000, 40_000)
"""Rows of little and of much history."""


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rows", type=int, help=f"rows of the large night ({ROWS:,})")
    parser.add_argument("--history-only", action="store_true", help="only the nights on much history")
    parser.add_argument("--register-only", action="store_true", help="only the registers of industry units")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see whether it runs")
    given = parser.parse_args()
    rows = given.rows or (QUICK_ROWS if given.quick else ROWS)
    with own_installation() as settings:
        say(f"{rows:,} rows on {os.cpu_count()} cores; the installation of its own is up")
        register_rows = QUICK_REGISTER_ROWS if given.quick else bench_register.ROWS
        if given.history_only:
            measures = measure_history(settings, given.quick)
        elif given.register_only:
            measures = bench_register.run(settings, REGISTER_DATE, given.rows or register_rows)
        else:
            measures = [
                *measure(settings, rows, given.quick),
                *bench_register.run(settings, REGISTER_DATE, register_rows),
                *measure_history(settings, given.quick),
            ]
    print(f"\n{table(measures)}")


def measure(settings: Settings, rows: int, is_quick: bool) -> list[Measure]:
    """Measure all stages, in the order of the flow."""
    empty_warehouse(settings)
    prepare_marts(settings)
    inbox, *nights = in_own_process(
        write_price_files,
        settings.home / "inboxes",
        Reference.load(settings),
        rows,
        LAST_ON,
        QUICK_NIGHTS if is_quick else NIGHTS,
    )
    floor_sql.prepare(settings)
    night, offices = stages.open_night(settings, LAST_ON, str(inbox), "bench")
    for office in offices:
        stages.collect(settings, night, office["regency_code"])
    say(f"collected {inbox.name}")
    measures = bench_decode.run(settings)
    stages.decode(settings, night)
    copied = floor_sql.copy_files(settings, inbox)
    say(f"floor: server-side COPY: {copied:.2f} s")
    measures += bench_check_load.run(settings, night, copied)
    of_build, built = bench_build.run(settings, night)
    measures += [*of_build, bench_publish.first_release(settings, night, built)]
    at_night = bench_night.run(settings, nights, LAST_ON)
    size, kinds = (
        (5_000, bench_workbook.KINDS[:1]) if is_quick else (bench_workbook.ROWS, bench_workbook.KINDS)
    )
    of_workbook = bench_workbook.run(settings, LAST_ON, size, kinds)
    empty_warehouse(settings)
    days, changed = (10, (500,)) if is_quick else (400, (1_500, 50_000))
    return [*measures, *of_workbook, *bench_publish.run(settings, days, changed), *at_night]


def measure_history(settings: Settings, is_quick: bool) -> list[Measure]:
    """Measure a night's build on little and on much history."""
    empty_warehouse(settings)
    prepare_marts(settings)
    _, *nights = in_own_process(
        write_price_files,
        settings.home / "history",
        Reference.load(settings),
        QUICK_ROWS,
        LAST_ON,
        QUICK_NIGHTS if is_quick else NIGHTS,
        66,
    )
    return bench_history.run(settings, nights, LAST_ON, *(QUICK_HISTORIES if is_quick else HISTORIES))


if __name__ == "__main__":
    main()
