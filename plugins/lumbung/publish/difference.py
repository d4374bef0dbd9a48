"""Bringing one published table to the state of a source: compare, keep the old rows, insert the new ones.

Plain DML, so that readers see the table before or after the transaction and nothing between.
"""

from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg import sql

from lumbung.build.mart import MartModel
from lumbung.publish.ledger import TableChange


def built(mart: MartModel) -> sql.Composed:
    """The table as the last build left it."""
    return sql.SQL("select {} from {}").format(_list(mart.column_names), sql.Identifier("build", mart.name))


def valid_at(mart: MartModel, release_id: int) -> sql.Composed:
    """The table as it was in a release."""
    return sql.SQL(
        "select {columns} from {marts} where release_from <= {n} "
        "union all select {columns} from {history} where release_from <= {n} and release_to > {n}"
    ).format(
        columns=_list(mart.column_names),
        marts=sql.Identifier(mart.schema, mart.name),
        history=sql.Identifier("history", mart.name),
        n=sql.Literal(release_id),
    )


def touched_columns(connection: psycopg.Connection[Any], mart: MartModel) -> tuple[str, ...]:
    """The columns of the mart's key that its touched model holds; empty when it holds none."""
    found = connection.execute(
        "select attname from pg_attribute "
        "where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped",
        [f'build."{mart.touched}"'],
    ).fetchall()
    names = {name for (name,) in found}
    return tuple(column for column in mart.key if column in names)


def bring_to(
    connection: psycopg.Connection[Any],
    mart: MartModel,
    source: sql.Composed,
    release_id: int,
    touched: tuple[str, ...] = (),
) -> TableChange:
    """Make the published table equal to a source within the caller's transaction.

    Rows that differ or are no more move to ``history`` with ``release_to = release_id``; new and changed rows
    enter with ``release_from = release_id``. Rows that are equal stay untouched. Values are compared with
    ``is distinct from``, so null equals null.

    Args:
        connection: A transaction of ``lumbung_publish`` that holds the lock.
        mart: The table.
        source: A query giving the mart's columns as they should be.
        release_id: The release being made.
        touched: Key columns by which only rows named by the mart's touched model are compared; empty
            compares the whole table.
    """
    parts = {
        "marts": sql.Identifier(mart.schema, mart.name),
        "history": sql.Identifier("history", mart.name),
        "columns": _list(mart.column_names),
        "m_columns": _list(mart.column_names, "m"),
        "b_columns": _list(mart.column_names, "b"),
        "source": source,
        "release": sql.Literal(release_id),
        "b_is_m": _equal(mart.key, "b", "m"),
        "b_is_gone": _equal(mart.key, "b", "gone"),
        "key": _list(mart.key),
        "scope": sql.SQL("select distinct {} from {}").format(
            _list(touched), sql.Identifier("build", mart.touched or mart.name)
        ),
        "m_in_scope": _equal(touched, "m", "s"),
        "b_in_scope": _equal(touched, "b", "s"),
    }
    retire = _RETIRE_TOUCHED if touched else _RETIRE
    enter = _ENTER_TOUCHED if touched else _ENTER
    superseded, removed = _counts(connection, sql.SQL(retire).format(**parts))
    entered = connection.execute(sql.SQL(enter).format(**parts)).rowcount
    changed = superseded - removed
    return TableChange(inserted=entered - changed, changed=changed, removed=removed)


_RETIRE = """
with gone as (
    delete from {marts} as m
    where not exists (
        select from ({source}) as b where {b_is_m} and ({b_columns}) is not distinct from ({m_columns})
    )
    returning m.*
),
kept as (
    insert into {history} ({columns}, release_from, release_to)
    select {columns}, release_from, {release} from gone
)
select count(*), count(*) filter (where not exists (select from ({source}) as b where {b_is_gone})) from gone
"""

_RETIRE_TOUCHED = _RETIRE.replace(
    "    where not exists", "    using ({scope}) as s\n    where {m_in_scope} and not exists", 1
)

_ENTER = """
insert into {marts} ({columns}, release_from)
select {b_columns}, {release}
from ({source}) as b
where not exists (select from {marts} as m where {b_is_m})
"""

_ENTER_TOUCHED = _ENTER.replace("\nwhere", "\njoin ({scope}) as s on {b_in_scope}\nwhere", 1)


def _list(names: Iterable[str], alias: str | None = None) -> sql.Composed:
    if alias is None:
        return sql.SQL(", ").join(sql.Identifier(name) for name in names)
    return sql.SQL(", ").join(sql.Identifier(alias, name) for name in names)


def _equal(names: Iterable[str], left: str, right: str) -> sql.Composed:
    return sql.SQL(" and ").join(
        sql.SQL("{} = {}").format(sql.Identifier(left, name), sql.Identifier(right, name)) for name in names
    )


def _counts(connection: psycopg.Connection[Any], query: sql.Composed) -> tuple[int, int]:
    row = connection.execute(query).fetchone()
    assert row is not None, "an aggregate always has a row"  # noqa: S101
    return int(row[0]), int(row[1])
