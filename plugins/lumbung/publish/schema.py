"""Bringing published tables, history and as-of views to what the dbt contracts promise. Run by set-up."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import psycopg
from psycopg import sql

from lumbung.build.mart import MartModel
from lumbung.errors import LumbungError
from lumbung.publish import catalogue, ddl
from lumbung.publish.ledger import LOCK

_LOCK_TIMEOUT = "20s"

_FINGERPRINT_TABLE = """
create table if not exists audit.marts_contract (
    is_the_only_row boolean primary key default true check (is_the_only_row),
    fingerprint     text not null,
    synced_at       timestamptz not null default clock_timestamp()
);
comment on table audit.marts_contract is
    'Fingerprint of the contracts that marts, history and asof were last made from. Grain: one row.';
"""


def sync(conn_owner: psycopg.Connection[Any], marts: list[MartModel]) -> list[str]:
    """Make or extend the published tables, their history and as-of views; all or nothing.

    A new table or column makes the next publication compare whole tables. When nothing changed, this costs
    two queries.

    Args:
        conn_owner: A connection of ``lumbung_owner``, not within a transaction.
        marts: The published tables, dimensions first.

    Returns:
        What was changed, a line each; empty when nothing was.

    Raises:
        LumbungError: when the change cannot be made without losing something: a table or column is no more, a
            type or a key is another; or when readers hold the tables for too long.
    """
    try:
        with conn_owner.transaction():
            return _sync(conn_owner, marts)
    except psycopg.errors.LockNotAvailable as error:
        raise LumbungError(
            f"The tables of marts are in use: no exclusive moment within {_LOCK_TIMEOUT}.",
            "Nothing was changed; readers keep the tables as they are.",
            "End long queries (`select * from pg_stat_activity`) or a running night, then run set-up again.",
        ) from error
    except psycopg.errors.ForeignKeyViolation as error:
        raise LumbungError(
            f"Rows already published do not fit a new reference: {error.diag.message_detail or error}",
            "Nothing was changed; the contract promises what the current release does not keep.",
            "Publish a release that keeps it first, or write a migration.",
        ) from error


def _sync(connection: psycopg.Connection[Any], marts: list[MartModel]) -> list[str]:
    connection.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(_LOCK_TIMEOUT)))
    connection.execute("set local client_min_messages = warning")
    connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [LOCK])
    connection.execute(_FINGERPRINT_TABLE)
    wanted = fingerprint(marts)
    known = connection.execute("select fingerprint from audit.marts_contract").fetchone()
    if known == (wanted,) and _expected(marts) <= catalogue.relations(connection):
        return []

    before = catalogue.read(connection)
    types = catalogue.normal_types(
        connection, {column.data_type for mart in marts for column in mart.columns}
    )
    _refuse_losses(marts, before, types)

    connection.execute(sql.SQL(ddl.INFRASTRUCTURE).format(chosen=sql.SQL(ddl.CHOSEN_RELEASE)))
    changes = list(_tables(connection, marts, before))
    if changes:
        connection.execute("update audit.publication set compare_everything = true")
    changes += _keys_and_indexes(connection, marts, before)
    after = catalogue.read(connection)
    for mart in marts:
        connection.execute(ddl.view(mart, after[mart.name].columns))
        for statement in (*ddl.grants(mart), *ddl.comments(mart)):
            connection.execute(statement)
    for statement in ddl.release_comments():
        connection.execute(statement)
    connection.execute(
        "insert into audit.marts_contract (fingerprint) values (%s) on conflict (is_the_only_row) "
        "do update set fingerprint = excluded.fingerprint, synced_at = clock_timestamp()",
        [wanted],
    )
    return changes or ["descriptions, views and rights renewed"]


def fingerprint(marts: list[MartModel]) -> str:
    """A hash of everything the published tables are made from: the contracts and the statements' patterns."""
    statements = [ddl.INFRASTRUCTURE]
    for mart in marts:
        parts = (*ddl.create_table(mart), *ddl.grants(mart), *ddl.comments(mart), ddl.view(mart, ()))
        statements += [part.as_string() for part in parts]
    content = json.dumps([statements, [asdict(mart) for mart in marts]])
    return hashlib.sha256(content.encode()).hexdigest()


def _expected(marts: list[MartModel]) -> set[str]:
    made = {f"{schema}.{mart.name}" for mart in marts for schema in (mart.schema, "history", "asof")}
    return made | {"marts.release", "asof.release", "build.work_state"}


def _refuse_losses(
    marts: list[MartModel], before: dict[str, catalogue.TableShape], types: dict[str, str | None]
) -> None:
    losses = [
        f"{mart.name}.{column.name}: PostgreSQL knows no type {column.data_type}"
        for mart in marts
        for column in mart.columns
        if types[column.data_type] is None
    ]
    losses += [
        f"{name}: the table is no longer in the contracts" for name in before.keys() - {m.name for m in marts}
    ]
    for mart in marts:
        shape = before.get(mart.name)
        if shape is None:
            continue
        if shape.schema != mart.schema:
            losses.append(f"{mart.name}: it was published in {shape.schema}, is in {mart.schema}")
        if shape.key != mart.key:
            losses.append(f"{mart.name}: the key was ({', '.join(shape.key)}), is ({', '.join(mart.key)})")
        wanted = {column.name: types[column.data_type] for column in mart.columns}
        for name, data_type in shape.columns.items():
            if name == "release_from":
                continue
            if name not in wanted:
                losses.append(f"{mart.name}.{name}: the column is no longer in the contract")
            elif wanted[name] != data_type:
                losses.append(f"{mart.name}.{name}: the type was {data_type}, is {wanted[name]}")
    if losses:
        raise LumbungError(
            "The contracts no longer fit the published tables:\n  " + "\n  ".join(sorted(losses)),
            "Readers rely on these tables and history must stay readable, so nothing was changed.",
            "Write a migration (plugins/lumbung/warehouse/migrations) that changes marts and history, "
            "or restore the contract.",
        )


def _tables(
    connection: psycopg.Connection[Any], marts: list[MartModel], before: dict[str, catalogue.TableShape]
) -> Iterator[str]:
    for mart in marts:
        shape = before.get(mart.name)
        if shape is None:
            for statement in ddl.create_table(mart):
                connection.execute(statement)
            yield f"{mart.schema}.{mart.name}: created"
            continue
        for column in mart.columns:
            if column.name not in shape.columns:
                for statement in ddl.add_column(mart, column.name, column.data_type):
                    connection.execute(statement)
                yield f"{mart.schema}.{mart.name}: column {column.name} added"


def _keys_and_indexes(
    connection: psycopg.Connection[Any], marts: list[MartModel], before: dict[str, catalogue.TableShape]
) -> list[str]:
    changes = []
    for mart in marts:
        table = sql.Identifier(mart.schema, mart.name)
        shape = before.get(mart.name, catalogue.TableShape())
        keys = {ddl.foreign_key_name(mart, key): key for key in mart.foreign_keys}
        for name in sorted(shape.foreign_keys - keys.keys()):
            connection.execute(
                sql.SQL("alter table {} drop constraint {}").format(table, sql.Identifier(name))
            )
            changes.append(f"{mart.schema}.{mart.name}: reference {name} dropped")
        for name in sorted(keys.keys() - shape.foreign_keys):
            connection.execute(ddl.add_foreign_key(mart, keys[name]))
            changes.append(f"{mart.schema}.{mart.name}: reference to {keys[name].to} added")
        indexes = dict(ddl.indexes(mart))
        # An index that no contract asks for may be somebody's: it stays.
        for name in sorted(indexes.keys() - shape.indexes):
            connection.execute(indexes[name])
            changes.append(f"{mart.schema}.{mart.name}: index {name} added")
    return changes
