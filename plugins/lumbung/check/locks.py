"""Closed periods: rows that change what was reported, and rows that fill in what was never reported.

A period closes some days after its last day (`lockDaysAfter` of the contract). Whether it was, is judged
by the business date on which the file came in, and against what counts of files that nights before brought,
so that loading a file again long afterwards gives the same answer: files of one night are judged together,
before any of them counts. History is exempt.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from lumbung.contracts.model import Contract
from lumbung.intake import counted

if TYPE_CHECKING:
    import pyarrow as pa

Connection = psycopg.Connection[Any]
Days = NDArray[np.int32]
Flags = NDArray[np.float32]

LOCKED_CHANGE = "is_locked_change"
LATE_FILL = "is_late_fill"


def lock_columns(
    conn: Connection | None,
    contract: Contract,
    submission_ids: Sequence[str],
    file: NDArray[np.int32],
    period_first: Days,
    period_last: Days,
    is_whole: NDArray[np.bool_],
    table_of: "Callable[[NDArray[np.int64]], pa.Table]",
) -> dict[str, Flags]:
    """The derived columns `is_locked_change` and `is_late_fill` of a night's rows.

    Both are NaN where the period was open, the file is history, or the row is not fully understood. Only rows
    of closed periods are looked up, together.

    Args:
        conn: A connection inside a transaction; None where nothing is known of the past.
        contract: Of the dataset.
        submission_ids: By number of the file.
        file: Per row the number of its file.
        period_first: Per row the first day of its period, days since 1970.
        period_last: Per row the last day of its period.
        is_whole: Per row whether key and period are understood.
        table_of: The rows at some positions as columns of the raw table.
    """
    columns = {name: np.full(len(file), np.nan, dtype=np.float32) for name in (LOCKED_CHANGE, LATE_FILL)}
    if conn is None or not len(file):
        return columns
    closes_before = _business_days(conn, submission_ids) - contract.calendar.lock_days_after
    closed = np.flatnonzero(is_whole & (period_last < closes_before[file]))
    if not len(closed):
        return columns
    table = table_of(closed)
    for name in columns:
        columns[name][closed] = 0
    changed, late = _look_up(
        conn, contract, table, [submission_ids[n] for n in file[closed].tolist()], period_first[closed]
    )
    columns[LOCKED_CHANGE][closed[changed]] = 1
    columns[LATE_FILL][closed[late]] = 1
    return columns


def _business_days(conn: Connection, submission_ids: Sequence[str]) -> NDArray[np.int64]:
    """Per file the business date on which it came in, days since 1970; long ago for history: it is exempt."""
    found = conn.execute(
        "select submission_id, business_date - date '1970-01-01' from intake.submissions"
        " where submission_id = any(%s) and not is_history",
        [list(submission_ids)],
    ).fetchall()
    days = dict(found)
    return np.array([days.get(name, np.iinfo(np.int32).min) for name in submission_ids], dtype=np.int64)


def _look_up(
    conn: Connection, contract: Contract, table: "pa.Table", submission_ids: list[str], period_first: Days
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of a table that change what counted without an unlock, and rows before which nothing counted."""
    keys, values = counted.key_columns(contract), counted.value_columns(contract)
    _copy(conn, contract.dataset, table.select([*keys, *values]), submission_ids, period_first)
    conn.execute("analyze check_closed")
    names = {
        "table": sql.Identifier(contract.dataset),
        "same_key": sql.SQL(" and ").join(
            sql.SQL("r.{0} = k.{0}").format(sql.Identifier(name)) for name in keys
        ),
        "within": _bounds(table, keys),
        "other": sql.SQL(" or ").join(
            sql.SQL("r.{0} is distinct from k.{0}").format(sql.Identifier(name)) for name in values
        ),
        "rows": sql.SQL(counted.ROWS),
        "not_withdrawn": sql.SQL(counted.NOT_WITHDRAWN),
        "newest_first": sql.SQL(counted.NEWEST_FIRST),
    }
    found = conn.execute(
        sql.SQL(
            """
            with before as (
                select distinct on (k.row_no) k.row_no, {other} as is_other
                from check_closed as k
                inner join intake.submissions as own on k.submission_id = own.submission_id
                inner join raw.{table} as r on {same_key}
                {rows}
                where s.regency_code = own.regency_code and {within} and {not_withdrawn}
                    and s.night_id <> own.night_id
                    and (s.received_at, s.submission_id) < (own.received_at, own.submission_id)
                order by k.row_no, {newest_first}
            )
            select k.row_no, before.row_no is null as is_late
            from check_closed as k
            inner join intake.submissions as own on k.submission_id = own.submission_id
            left join before using (row_no)
            where before.row_no is null
                or before.is_other and not exists (
                    select from intake.unlocks as u
                    where u.regency_code = own.regency_code and u.dataset = own.dataset
                        and k.first_on between u.period_from and u.period_to
                        and u.valid_until >= own.business_date and u.revoked_at is null
                )
            order by k.row_no
            """
        ).format(**names)
    ).fetchall()
    rows = np.array([row[0] for row in found], dtype=np.int64)
    is_late = np.array([row[1] for row in found], dtype=bool)
    return rows[~is_late], rows[is_late]


def _copy(
    conn: Connection, dataset: str, rows: "pa.Table", submission_ids: list[str], period_first: Days
) -> None:
    """The rows into a temporary table with the types of the raw table."""
    import pyarrow as pa
    from pyarrow import csv

    columns = sql.SQL(", ").join(map(sql.Identifier, rows.column_names))
    conn.execute("drop table if exists pg_temp.check_closed")
    conn.execute(
        sql.SQL(
            "create temporary table check_closed on commit drop as"
            " select 0::integer as row_no, ''::text as submission_id, current_date as first_on, {}"
            " from raw.{} with no data"
        ).format(columns, sql.Identifier(dataset))
    )
    table = pa.table(
        {
            "row_no": pa.array(np.arange(rows.num_rows, dtype=np.int32)),
            "submission_id": pa.array(submission_ids),
            "first_on": pa.array(period_first.astype(np.int32), pa.int32()).cast(pa.date32()),
            **{name: rows.column(name) for name in rows.column_names},
        }
    )
    sink = pa.BufferOutputStream()
    csv.write_csv(table, sink, csv.WriteOptions(include_header=False))
    with conn.cursor() as cursor, cursor.copy("copy check_closed from stdin with (format csv)") as copy:
        copy.write(sink.getvalue().to_pybytes())


def _bounds(table: "pa.Table", keys: Sequence[str]) -> sql.Composable:
    """First and last day of the key's dates as literals, so that the planner looks at few partitions."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parts: list[sql.Composable] = [sql.SQL("true")]
    for name in keys:
        if pa.types.is_date(table.schema.field(name).type):
            ends = pc.min_max(table.column(name)).as_py()
            parts.append(
                sql.SQL("r.{} between {} and {}").format(
                    sql.Identifier(name), sql.Literal(ends["min"]), sql.Literal(ends["max"])
                )
            )
    return sql.SQL(" and ").join(parts)
