"""The floor of check and load in the server: the files by COPY as text, the rules in SQL.

Names are resolved by joins and values cast; then follow duplicates, the plausible range, the reference from
the last 30 observations or else from the province, the move and the unchanged run. It writes no findings,
explains nothing, knows neither aliases nor earlier nights, and leaves no suspect out of later references.
"""

import shutil
import statistics
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from lumbung.reference import Reference
from lumbung.settings import Settings
from lumbung.warehouse.connection import connect
from lumbung.warehouse.roles import SUPERUSER
from tests.benchmarks.measure import RUNS

Connection = psycopg.Connection[Any]

_INCOMING = "tanggal text, kabkota text, pasar text, komoditas text, satuan text, harga text"

_RESOLVED = """
create unlogged table bench.resolved as
select
    w.observed_on, w.regency_code, m.market_id, c.commodity_code, w.price_idr,
    w.unit = c.unit as unit_fits,
    c.plausible_min_idr, c.plausible_max_idr, c.unusual_move_pct, c.stale_after_days
from (
    select
        r.regency_code, i.pasar, i.komoditas, i.satuan as unit,
        case when i.tanggal ~ '^\\d{4}-\\d{2}-\\d{2}$' then i.tanggal::date end as observed_on,
        case when i.harga ~ '^\\d+$' then i.harga::bigint end as price_idr
    from bench.incoming as i
    left join bench.regencies as r on i.kabkota = r.regency_name
    where i.harga not in ('', '-', '0')
) as w
left join bench.markets as m on w.regency_code = m.regency_code and w.pasar = m.market_name
left join bench.commodities as c on w.komoditas = c.commodity_name
"""

_IS_SUSPECT = """coalesce(
    abs(abs(log(price_idr / {reference})) - 1) <= 0.15 or abs(abs(log(price_idr / {reference})) - 2) <= 0.15,
    false
)"""

# `offset 0` keeps the planner from sorting the same array anew wherever it is named.
_REFERENCED = f"""
create unlogged table bench.referenced as
select
    *, market_id is not null and {_IS_SUSPECT.format(reference="reference_price")} as is_suspect
from (
    select
        observed_on, regency_code, market_id, commodity_code, price_idr, unit_fits, plausible_min_idr,
        plausible_max_idr, unusual_move_pct, stale_after_days, key_count,
        case when n >= 3 then (last_prices[(n + 1) / 2] + last_prices[n / 2 + 1]) / 2.0 end as reference_price
    from (
        select *, array_sort(prices) as last_prices, cardinality(prices) as n
        from (
            select
                *,
                count(*) over (partition by market_id, commodity_code, observed_on) as key_count,
                array_agg(price_idr) over (
                    partition by market_id, commodity_code order by observed_on
                    rows between 30 preceding and 1 preceding
                ) as prices
            from bench.resolved
        ) as windowed
        offset 0
    ) as sorted
    offset 0
) as compared
"""

_FROM_THE_PROVINCE = f"""
update bench.referenced as r
set reference_price = median, is_suspect = {_IS_SUSPECT.format(reference="median")}
from (
    select commodity_code, observed_on, percentile_cont(0.5) within group (order by price_idr) as median
    from bench.referenced
    where
        market_id is not null and key_count = 1
        and (commodity_code, observed_on) in (
            select commodity_code, observed_on from bench.referenced
            where reference_price is null and market_id is not null
        )
    group by 1, 2
) as province
where
    r.reference_price is null and r.market_id is not null
    and (r.commodity_code, r.observed_on) = (province.commodity_code, province.observed_on)
"""

_FOLLOWED = """
create unlogged table bench.followed as
select
    *,
    lag(price_idr) over series as previous,
    row_number() over series = count(*) over (partition by market_id, commodity_code) as is_last,
    observed_on - min(observed_on) over (
        partition by market_id, commodity_code, run_no order by observed_on
    ) + 1 as unchanged_days
from (
    select *, sum(is_change) over (partition by market_id, commodity_code order by observed_on) as run_no
    from (
        select
            *,
            case when price_idr = lag(price_idr) over (
                partition by market_id, commodity_code order by observed_on
            ) then 0 else 1 end as is_change
        from bench.referenced
        where market_id is not null and key_count = 1 and not is_suspect
    ) as unsuspected
) as runs
window series as (partition by market_id, commodity_code order by observed_on)
"""

_VERDICTS = """
select
    count(*) filter (where observed_on is null),
    count(*) filter (where price_idr is null),
    count(*) filter (where observed_on > {business_date}),
    count(*) filter (where observed_on < date '2012-01-01'),
    count(*) filter (where regency_code is null),
    count(*) filter (where market_id is null),
    count(*) filter (where commodity_code is null),
    count(*) filter (where not unit_fits),
    count(*) filter (where not is_suspect and price_idr not between plausible_min_idr and plausible_max_idr),
    count(*) filter (where key_count > 1 and market_id is not null),
    count(*) filter (where is_suspect),
    (
        select count(*) from bench.followed
        where abs(price_idr - previous) * 100.0 / previous > unusual_move_pct
    ),
    (select count(*) from bench.followed where is_last and unchanged_days > stale_after_days)
from bench.referenced
"""

RULES = (
    "SP-104",
    "SP-105",
    "SP-108",
    "SP-109",
    "SP-201",
    "SP-202",
    "SP-203",
    "SP-206",
    "SP-207",
    "SP-301",
    "SP-401",
    "SP-402",
    "SP-403",
)
"""What the floors count, in the order of their queries."""


def prepare(settings: Settings) -> None:
    """Make the schema ``bench`` with the reference lists that the rules join."""
    reference = Reference.load(settings)
    with connect(SUPERUSER, settings, autocommit=True) as conn:
        conn.execute("create schema bench")
        _list(
            conn,
            "regencies",
            "regency_code text, regency_name text",
            ((r.code, r.name) for r in reference.regencies.values()),
        )
        _list(
            conn,
            "markets",
            "market_id text, regency_code text, market_name text",
            ((m.market_id, m.regency_code, m.name) for m in reference.markets.values()),
        )
        _list(
            conn,
            "commodities",
            "commodity_code text, commodity_name text, unit text, plausible_min_idr bigint,"
            " plausible_max_idr bigint, unusual_move_pct float8, stale_after_days int",
            (
                (
                    c.code,
                    c.name,
                    c.unit,
                    c.plausible_min_idr,
                    c.plausible_max_idr,
                    c.unusual_move_pct,
                    c.stale_after_days,
                )
                for c in reference.commodities.values()
            ),
        )


def copy_files(settings: Settings, inbox: Path, runs: int = RUNS) -> float:
    """Seconds of a COPY of all files of an inbox, as text, into a table without index."""
    incoming = _joined(settings, sorted(inbox.glob("*/staple_prices/*.csv")))
    with connect(SUPERUSER, settings, autocommit=True) as conn:
        conn.execute("drop table if exists bench.incoming")
        conn.execute(sql.SQL("create table bench.incoming ({})").format(sql.SQL(_INCOMING)))
        seconds = _copy_from(conn, "incoming", None, incoming, ";", runs)
        conn.execute("analyze bench.incoming")
    incoming.unlink()
    return seconds


def copy_accepted(settings: Settings, runs: int = RUNS) -> dict[str, float]:
    """Seconds of a COPY of the accepted rows that wait for loading.

    Returns:
        Seconds by kind of table: ``bare``, and ``indexed`` as the raw table is.
    """
    files = sorted((settings.work / "checked").glob("*.rows.csv"))
    with files[0].open() as file:
        columns = file.readline().strip().replace('"', "").split(",")
    accepted = _joined(settings, files)
    took = {}
    with connect(SUPERUSER, settings, autocommit=True) as conn:
        for kind, including in (("bare", ""), ("indexed", "including indexes")):
            name = f"raw_{kind}"
            conn.execute(
                sql.SQL("create table bench.{} (like raw.staple_prices {})").format(
                    sql.Identifier(name), sql.SQL(including)
                )
            )
            conn.execute(
                sql.SQL("alter table bench.{} alter column load_seq set default 1").format(
                    sql.Identifier(name)
                )
            )
            took[kind] = _copy_from(conn, name, columns, accepted, ",", runs)
    accepted.unlink()
    return took


def judge(settings: Settings, business_date: date) -> tuple[float, dict[str, int]]:
    """Seconds of the rules in SQL over what was copied, and the rows that break each rule."""
    with connect(SUPERUSER, settings, autocommit=True) as conn:
        conn.execute("set work_mem = '256MB'")
        conn.execute("drop table if exists bench.resolved, bench.referenced, bench.followed")
        began = time.perf_counter()
        for statement in (_RESOLVED, _REFERENCED, _FROM_THE_PROVINCE, _FOLLOWED):
            conn.execute(statement)
        found = conn.execute(sql.SQL(_VERDICTS).format(business_date=sql.Literal(business_date))).fetchone()
        seconds = time.perf_counter() - began
    assert found is not None
    return seconds, dict(zip(RULES, found, strict=True))


def _list(conn: Connection, name: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    conn.execute(sql.SQL("create table bench.{} ({})").format(sql.Identifier(name), sql.SQL(columns)))
    with conn.cursor() as cursor:
        with cursor.copy(sql.SQL("copy bench.{} from stdin").format(sql.Identifier(name))) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(sql.SQL("analyze bench.{}").format(sql.Identifier(name)))


def _joined(settings: Settings, files: list[Path]) -> Path:
    """The lines of all files, without their headers, in one file that the server can read."""
    joined = settings.home / "joined.csv"
    with joined.open("wb") as out:
        for path in files:
            with path.open("rb") as file:
                file.readline()
                shutil.copyfileobj(file, out)
    joined.chmod(0o644)
    return joined


def _copy_from(
    conn: Connection, table: str, columns: list[str] | None, path: Path, delimiter: str, runs: int
) -> float:
    statement = sql.SQL("copy bench.{}{} from {} with (format csv, delimiter {})").format(
        sql.Identifier(table),
        sql.SQL("")
        if columns is None
        else sql.SQL(" ({})").format(sql.SQL(", ").join(map(sql.Identifier, columns))),
        sql.Literal(str(path)),
        sql.Literal(delimiter),
    )

    def copy() -> float:
        conn.execute(sql.SQL("truncate bench.{}").format(sql.Identifier(table)))
        began = time.perf_counter()
        conn.execute(statement)
        return time.perf_counter() - began

    return statistics.median(copy() for _ in range(runs))
