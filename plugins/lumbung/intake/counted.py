"""Which rows of raw count now, and what they say per key: the same rule that dbt's staging has for a build.

A row counts when its load is the newest of its submission or the release of a held row, and nobody withdrew
it.
Per key the row of the latest submission is the value (received_at, then submission_id, then load_seq).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lumbung.contracts.model import Contract

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

ROWS = """
    inner join intake.loads as l on r.load_seq = l.load_seq and l.until_seq is null
    inner join intake.submissions as s on r.submission_id = s.submission_id
"""
"""Joins that leave rows of a raw table (`r`) whose load counts; `s` is their submission."""

NOT_WITHDRAWN = """
    not exists (
        select from intake.withdrawn_now as w
        where w.submission_id = r.submission_id and coalesce(w.sheet = r.sheet, true)
            and r.row_number <@ w.rows
    )
"""
"""Condition on a raw table's rows (`r`): nobody withdrew them."""

NEWEST_FIRST = """
    s.received_at desc, s.submission_id desc, r.load_seq desc, r.sheet desc, r.row_number desc,
    r.column_number desc
"""
"""Order in which the first row of a key is its value."""

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Value:
    """What counts for a key: the values by column, and where they come from."""

    values: Mapping[str, Any]
    submission_id: str
    sheet: str
    row_number: int

    def same(self, other: "Value | None") -> bool:
        """Whether the other says the same."""
        return other is not None and self.values == other.values


@dataclass(frozen=True)
class KeyChange:
    """One key before and after a change; None where nothing counts for it."""

    key: Mapping[str, Any]
    before: Value | None
    after: Value | None


def key_columns(contract: Contract) -> list[str]:
    """The columns of the raw table that with the office make a row's key."""
    return [field.column for field in contract.key_fields() if field.reference != "regency"]


def value_columns(contract: Contract) -> list[str]:
    """The columns of the raw table that a key's value consists of."""
    keys = {field.column for field in contract.key_fields()}
    return [
        field.column for field in contract.fields if field.column not in keys and field.reference != "regency"
    ]


def values_of(
    conn: "Connection", contract: Contract, submission_id: str, row: Mapping[str, Any] | None = None
) -> dict[Key, Value]:
    """What counts now for every key that any row of a submission ever had, by key.

    Args:
        conn: A connection of the ingest role.
        contract: Of the submission's dataset.
        submission_id: The submission.
        row: A row of its office that is not in raw, by column, whose key is asked for as well.
    """
    from psycopg import sql

    keys, values = key_columns(contract), value_columns(contract)
    statement = sql.SQL(
        """
        with affected as (
            select distinct {r_keys}
            from raw.{table} as r
            inner join intake.loads as own on r.load_seq = own.load_seq
            where own.submission_id = %(submission_id)s
            union
            select {r_keys} from jsonb_populate_record(null::raw.{table}, %(row)s::jsonb) as r
            where %(row)s::jsonb is not null
        )
        select distinct on ({r_keys}) {r_keys}, {r_values}, r.submission_id, r.sheet, r.row_number
        from raw.{table} as r
        inner join affected using ({keys})
        {rows}
        where s.regency_code = (select regency_code from intake.submissions
                                where submission_id = %(submission_id)s)
            and {not_withdrawn}
        order by {r_keys}, {newest_first}
        """
    ).format(
        table=sql.Identifier(contract.dataset),
        keys=_listed(keys),
        r_keys=_listed(keys, "r"),
        r_values=_listed(values, "r"),
        rows=sql.SQL(ROWS),
        not_withdrawn=sql.SQL(NOT_WITHDRAWN),
        newest_first=sql.SQL(NEWEST_FIRST),
    )
    found = conn.execute(
        statement,
        {
            "submission_id": submission_id,
            "row": json.dumps({name: row.get(name) for name in keys}) if row else None,
        },
    ).fetchall()
    end = len(keys) + len(values)
    return {
        row[: len(keys)]: Value(dict(zip(values, row[len(keys) : end], strict=True)), *row[end:])
        for row in found
    }


def difference(
    contract: Contract, before: Mapping[Key, Value], after: Mapping[Key, Value]
) -> list[KeyChange]:
    """The keys for which something else counts, in order."""
    names = key_columns(contract)
    return [
        KeyChange(dict(zip(names, key, strict=True)), before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys(), key=lambda key: tuple(map(str, key)))
        if before.get(key) != after.get(key)
    ]


def _listed(columns: Sequence[str], table: str | None = None) -> Any:
    from psycopg import sql

    return sql.SQL(", ").join(
        sql.Identifier(table, column) if table else sql.Identifier(column) for column in columns
    )
