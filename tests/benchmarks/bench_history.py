"""A typical night's build on top of little and of much history: it must be proportional to what changed.

The history is written straight into `raw`, as history loads leave it; its first build is a full one. Then
nights of one day's file of each of 38 offices are built, each in a fresh process, and each on much history
right after the same on little: both see the same machine. The floor of the night on much history is the same
night on little.
"""

import statistics
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from lumbung import night as stages
from lumbung.settings import Settings
from lumbung.warehouse.connection import connect
from lumbung.warehouse.roles import SUPERUSER
from tests.benchmarks.bench_build import tell_nodes
from tests.benchmarks.measure import Measure, in_own_process, say
from tests.installation import empty_warehouse, prepare_marts

_SUBMISSIONS = """
insert into intake.submissions (
    submission_id, regency_code, dataset, file_name, file_stem, version, sha256, size_bytes, channel,
    is_history, business_date, night_id, arrived_at, received_at, state, verdict, rows_accepted, rows_held,
    load_seq
)
select
    o.regency_code || '-SP-history', o.regency_code, 'staple_prices', 'riwayat.csv', 'riwayat', 1,
    o.regency_code, 1, 'folder', true, %(last)s, (select max(night_id) from audit.nights), now(), now(),
    'loaded', 'accepted', 1, 0, nextval('intake.load_seq')
from build.offices as o
"""
_PRICES = """
insert into raw.staple_prices (
    submission_id, load_seq, sheet, row_number, observed_on, regency_code, market_id, commodity_code,
    price_level, unit, price_idr
)
select
    s.submission_id, s.load_seq, '', row_number() over (partition by s.submission_id), day::date,
    m.regency_code, m.market_id, c.commodity_code, 'consumer', c.unit,
    -- A price stands still for two weeks, as real ones do, and every market has its own.
    10000 + (
        abs(hashtext(m.market_id || c.commodity_code)) + 977 * ((day::date - date '2000-01-01') / 14)
    ) %% 9000
from generate_series(%(last)s::date - %(days)s + 1, %(last)s::date, interval '1 day') as day
cross join build.markets as m
cross join build.commodities as c
inner join intake.submissions as s on s.submission_id = m.regency_code || '-SP-history'
"""


def run(settings: Settings, inboxes: Sequence[Path], last_on: date, little: int, much: int) -> list[Measure]:
    """Measure the build of the same nights on `little` and on `much` rows of history.

    Args:
        settings: An installation whose warehouse may be emptied.
        inboxes: One per night.
        last_on: The day before the first of them.
        little, much: Rows of history; not the same.

    Returns:
        The build of the median night on much history, with that on little as its floor.
    """
    histories = (little, much)
    for rows in histories:
        empty_warehouse(settings)
        _make_history(settings, inboxes[0].parent, last_on, rows)
        _put_aside(settings, rows)
    seconds: dict[int, list[float]] = {rows: [] for rows in histories}
    for number, inbox in enumerate(inboxes, start=1):
        day = last_on + timedelta(days=number)
        for rows in histories:
            _take_out(settings, rows)
            seconds[rows].append(in_own_process(_build_of, settings, inbox, day, f"history-{rows}-{number}"))
            say(f"night of {day} on {rows:,} rows: build {seconds[rows][-1]:.2f} s")
            tell_nodes(settings)
            _published(settings)
            _put_aside(settings, rows)
    _take_out(settings, much)
    return [
        Measure(
            f"build of a night on {much:,} rows",
            statistics.median(seconds[much]),
            f"the same on {little:,} rows",
            statistics.median(seconds[little]),
        )
    ]


def _make_history(settings: Settings, inbox: Path, last_on: date, rows: int) -> None:
    """Fill an empty warehouse with `rows` of history and build it in full."""
    prepare_marts(settings)
    in_own_process(_seed, settings)
    stages.open_night(settings, last_on, str(inbox), f"history-{rows}")
    with connect(SUPERUSER, settings) as connection:
        found = connection.execute(
            "select (select count(*) from build.markets) * (select count(*) from build.commodities)"
        ).fetchone()
        assert found is not None
        days = max(1, rows // int(found[0]))
        connection.execute(_SUBMISSIONS, {"last": last_on})
        copied = connection.execute(_PRICES, {"last": last_on, "days": days}).rowcount
        connection.commit()
        connection.autocommit = True
        connection.execute("vacuum analyze raw.staple_prices")
    say(f"history of {copied:,} rows, {days:,} days, is there")
    seconds_in_full = in_own_process(_build_only, settings, inbox, last_on, f"full-{rows}")
    say(f"its full build: {seconds_in_full:.1f} s")
    tell_nodes(settings)
    _published(settings)
    # As the server itself does in the hours between two nights.
    with connect(SUPERUSER, settings, autocommit=True) as connection:
        connection.execute("vacuum")


def _put_aside(settings: Settings, rows: int) -> None:
    _rename(settings, "lumbung", f"history_{rows}")


def _take_out(settings: Settings, rows: int) -> None:
    _rename(settings, f"history_{rows}", "lumbung")


def _rename(settings: Settings, database: str, name: str) -> None:
    """A warehouse under another name: renaming costs nothing, copying twenty million rows does."""
    with connect(SUPERUSER, settings, dbname="postgres", autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = %s", [database]
        )
        connection.execute(f"alter database {database} rename to {name}")


def _seed(settings: Settings) -> None:
    from lumbung.build.runner import invoke

    assert invoke(settings, ["seed"]).success


def _build_only(settings: Settings, inbox: Path, day: date, run_id: str) -> float:
    night, _ = stages.open_night(settings, day, str(inbox), run_id)
    stages.build(settings, night)
    return _seconds_of_last_build(settings)


def _build_of(settings: Settings, inbox: Path, day: date, run_id: str) -> float:
    """Everything up to the build of a night; the seconds of the build."""
    night, offices = stages.open_night(settings, day, str(inbox), run_id)
    for office in offices:
        stages.collect(settings, night, office["regency_code"])
    for stage in (stages.decode, stages.check, stages.load):
        stage(settings, night)
    stages.build(settings, night)
    return _seconds_of_last_build(settings)


def _seconds_of_last_build(settings: Settings) -> float:
    with connect(SUPERUSER, settings) as connection:
        found = connection.execute(
            "select seconds from audit.builds order by build_id desc limit 1"
        ).fetchone()
    assert found is not None
    return float(found[0])


def _published(settings: Settings) -> None:
    """What a publication leaves for the next build; copying the rows would measure something else."""
    with connect(SUPERUSER, settings) as connection:
        connection.execute(
            "update audit.publication set compare_everything = false,"
            " load_seq_watermark = (select max(change_seq) from intake.changes)"
        )
        connection.execute("update build.work_state set compare_everything = false, is_published = true")
