"""Check and load beside their floor: a server-side COPY of the same rows, and the same rules in SQL.

The floor copies the offices' rows as text into an unindexed table and judges them there: names resolved by
joins, values cast, duplicates, plausible range, the reference from the last 30 observations, the move and the
unchanged run. It writes no findings, explains nothing and leaves no suspect out of later references.

    python -m tests.benchmarks.bench_check_load --rows 1000000
"""

import argparse
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from lumbung import night as stages
from lumbung.reference import Reference
from lumbung.settings import Settings
from lumbung.warehouse.connection import connect
from lumbung.warehouse.embedded import EmbeddedServer
from lumbung.warehouse.migrate import migrate
from lumbung.warehouse.roles import SUPERUSER, ensure_roles_and_databases
from tests.benchmarks.bench_publish import Measure
from tests.benchmarks.price_files import write_price_files

NIGHT = date(2026, 7, 28)
MEMORY_LIMIT_MIB = 2048
RATIO_LIMIT = 4.0

_COLUMNS = "tanggal text, kabkota text, pasar text, komoditas text, satuan text, harga text"

_RESOLVED = """
create unlogged table bench.resolved as
select
    w.observed_on, w.regency_code, m.market_id, c.commodity_code, c.unit, w.price_idr,
    w.stated_regency = w.regency_code as regency_matches,
    w.unit = c.unit as unit_fits,
    c.plausible_min_idr, c.plausible_max_idr, c.unusual_move_pct, c.stale_after_days
from (
    select
        r.regency_code, r.regency_code as stated_regency, i.pasar, i.komoditas, i.satuan as unit,
        case when i.tanggal ~ '^\\d{4}-\\d{2}-\\d{2}$' then i.tanggal::date end as observed_on,
        case when i.harga ~ '^\\d+$' then nullif(i.harga::bigint, 0) end as price_idr
    from bench.incoming as i
    left join bench.regencies as r on i.kabkota = r.regency_name
) as w
left join bench.markets as m on w.regency_code = m.regency_code and w.pasar = m.market_name
left join bench.commodities as c on w.komoditas = c.commodity_name
"""

_WITHOUT_REFERENCE = """
create unlogged table bench.judged as
select
    *,
    lag(price_idr) over series as previous,
    sum(is_change::int) over series as run_no
from (
    select
        *,
        count(*) over (partition by market_id, commodity_code, observed_on) as key_count,
        price_idr is distinct from lag(price_idr) over (
            partition by market_id, commodity_code order by observed_on
        ) as is_change
    from bench.resolved
) as keyed
window series as (partition by market_id, commodity_code order by observed_on)
"""

_REFERENCE = """
create unlogged table bench.referenced as
select
    *,
    (
        select percentile_cont(0.5) within group (order by p) from unnest(last_prices) as p
        having count(*) >= 3
    ) as reference_price
from (
    select
        *,
        array_agg(price_idr) over (
            partition by market_id, commodity_code order by observed_on
            rows between 30 preceding and 1 preceding
        ) as last_prices
    from bench.judged
) as windowed
"""

_VERDICTS = """
select
    count(*) filter (where observed_on is null),
    count(*) filter (where market_id is null),
    count(*) filter (where commodity_code is null),
    count(*) filter (where not regency_matches),
    count(*) filter (where not unit_fits),
    count(*) filter (where price_idr <= 0),
    count(*) filter (where observed_on > date '2026-07-28'),
    count(*) filter (where observed_on < date '2012-01-01'),
    count(*) filter (where key_count > 1),
    count(*) filter (where price_idr not between plausible_min_idr and plausible_max_idr),
    count(*) filter (where abs(price_idr - previous) * 100.0 / previous > unusual_move_pct),
    {suspected}
from bench.{table}
"""

_SUSPECTED = """count(*) filter (
    where abs(abs(log(price_idr / reference_price)) - 1) <= 0.15
    or abs(abs(log(price_idr / reference_price)) - 2) <= 0.15
)"""


def run(settings: Settings, rows: int = 1_000_000) -> list[Measure]:
    """Measure one night of so many rows on an empty, migrated warehouse.

    Args:
        settings: The installation.
        rows: Rows in the files of 38 offices together.

    Returns:
        Check and load together, beside COPY and SQL rules; then each beside its own part.
    """
    inbox = settings.home / "bench-inbox"
    writing = get_context("spawn").Process(target=_write_inbox, args=(settings, inbox, rows))
    writing.start()
    writing.join()
    if writing.exitcode:
        raise RuntimeError("the price files could not be written")
    took = _our_night(settings, inbox)
    floor = _floor(settings, inbox)
    for name, seconds in (took | {f"floor: {name}": seconds for name, seconds in floor.items()}).items():
        print(f"  {name:<32} {seconds:8.2f}")
    check = took["check without importing GX"]
    rules = floor["rules without reference"] + floor["reference"]
    return [
        Measure("check + load of one night", check + took["load"], floor["copy"] + rules),
        Measure("check", check, rules),
        Measure("check, floor without reference", check, floor["rules without reference"]),
        Measure("load", took["load"], floor["copy"]),
    ]


def peak_memory_mib() -> int:
    """The most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _write_inbox(settings: Settings, inbox: Path, rows: int) -> None:
    files = write_price_files(inbox / "files", Reference.load(settings), rows, NIGHT)
    for regency, path in files.items():
        folder = inbox / regency / "staple_prices"
        folder.mkdir(parents=True)
        path.rename(folder / "harga.csv")
    (inbox / "files").rmdir()


def _our_night(settings: Settings, inbox: Path) -> dict[str, float]:
    """Seconds of each stage as a night runs them."""
    took: dict[str, float] = {}
    tonight, offices = stages.open_night(settings, NIGHT, str(inbox), "bench")
    with _timed(took, "collect"):
        for office in offices:
            stages.collect(settings, tonight, office["regency_code"])
    with _timed(took, "decode"):
        stages.decode(settings, tonight)
    with _timed(took, "importing GX"):
        import great_expectations.expectations  # noqa: F401
    with _timed(took, "check without importing GX"):
        checked = stages.check(settings, tonight)
    with _timed(took, "load"):
        loaded = stages.load(settings, tonight)
    print(f"  check: {checked}\n  load: {loaded}\n  peak memory of check and load: {peak_memory_mib()} MiB")
    return took


def _floor(settings: Settings, inbox: Path) -> dict[str, float]:
    """Seconds of the same work done inside the server."""
    took: dict[str, float] = {}
    incoming = settings.home / "incoming.csv"
    with incoming.open("wb") as out:
        for path in sorted(inbox.glob("*/staple_prices/harga.csv")):
            with path.open("rb") as file:
                file.readline()
                shutil.copyfileobj(file, out)
    incoming.chmod(0o644)
    with connect(SUPERUSER, settings, autocommit=True) as conn:
        _lists(conn, settings)
        conn.execute(f"create table bench.incoming ({_COLUMNS})")
        with _timed(took, "copy"):
            conn.execute(
                sql.SQL("copy bench.incoming from {} with (format csv, delimiter ';')").format(
                    sql.Literal(str(incoming))
                )
            )
        with _timed(took, "rules without reference"):
            conn.execute(_RESOLVED)
            conn.execute(_WITHOUT_REFERENCE)
            conn.execute(_VERDICTS.format(suspected="0", table="judged"))  # type: ignore[arg-type]
        with _timed(took, "reference"):
            conn.execute(_REFERENCE)
            conn.execute(_VERDICTS.format(suspected=_SUSPECTED, table="referenced"))  # type: ignore[arg-type]
    incoming.unlink()
    return took


def _lists(conn: psycopg.Connection[Any], settings: Settings) -> None:
    """The reference lists that the SQL rules join."""
    reference = Reference.load(settings)
    conn.execute("create schema bench")
    conn.execute("create table bench.regencies (regency_code text, regency_name text)")
    conn.execute("create table bench.markets (market_id text, regency_code text, market_name text)")
    conn.execute(
        "create table bench.commodities (commodity_code text, commodity_name text, unit text,"
        " plausible_min_idr bigint, plausible_max_idr bigint, unusual_move_pct float8, stale_after_days int)"
    )
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into bench.regencies values (%s, %s)",
            [(r.code, r.name) for r in reference.regencies.values()],
        )
        cursor.executemany(
            "insert into bench.markets values (%s, %s, %s)",
            [(m.market_id, m.regency_code, m.name) for m in reference.markets.values()],
        )
        cursor.executemany(
            "insert into bench.commodities values (%s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    c.code, c.name, c.unit, c.plausible_min_idr, c.plausible_max_idr,
                    c.unusual_move_pct, c.stale_after_days,
                )
                for c in reference.commodities.values()
            ],
        )  # fmt: skip
    conn.execute("analyze bench.regencies, bench.markets, bench.commodities")


@contextmanager
def _timed(took: dict[str, float], name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    took[name] = time.perf_counter() - began


@contextmanager
def own_warehouse() -> Iterator[Settings]:
    """An empty, migrated warehouse in a temporary home, gone at the end."""
    home = Path(tempfile.mkdtemp(prefix="lumbung-bench-"))
    home.chmod(0o755)  # the server's user must reach its data
    os.environ["LUMBUNG_HOME"] = str(home)
    settings = Settings.load()
    server = EmbeddedServer(settings)
    try:
        server.start()
        ensure_roles_and_databases(settings)
        migrate(settings)
        yield settings
    finally:
        server.delete()
        shutil.rmtree(home, ignore_errors=True)


def main() -> int:
    """Measure, print the ratios, and fail beyond the limits."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with own_warehouse() as settings:
        print(f"One night of {rows:,} rows, seconds:")
        measures = run(settings, rows)
    for measure in measures:
        print(
            f"{measure.what:<34} {measure.seconds:7.2f} / {measure.floor_seconds:7.2f} = {measure.ratio:.2f}"
        )
    too_much = measures[0].ratio > RATIO_LIMIT or peak_memory_mib() > MEMORY_LIMIT_MIB
    return 1 if too_much else 0


if __name__ == "__main__":
    raise SystemExit(main())
