"""What the warehouse holds of published tables at present, read from PostgreSQL's catalogue."""

from dataclasses import dataclass, field
from typing import Any

import psycopg


@dataclass
class TableShape:
    """Schema, columns with their types in table order, key, foreign keys and indexes of one table."""

    schema: str = "marts"
    columns: dict[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    foreign_keys: set[str] = field(default_factory=set)
    indexes: set[str] = field(default_factory=set)


def read(connection: psycopg.Connection[Any]) -> dict[str, TableShape]:
    """The published tables by name, except ``release``."""
    shapes: dict[str, TableShape] = {}
    for table, schema, column, data_type in connection.execute(_COLUMNS):
        shapes.setdefault(table, TableShape(schema)).columns[column] = data_type
    for table, key in connection.execute(_KEYS):
        shapes[table].key = tuple(key)
    for table, constraint in connection.execute(_FOREIGN_KEYS):
        shapes[table].foreign_keys.add(constraint)
    for table, index in connection.execute(_INDEXES):
        shapes[table].indexes.add(index)
    return shapes


def relations(connection: psycopg.Connection[Any]) -> set[str]:
    """Tables and views that publication made, and the work state, as ``schema.name``."""
    found = connection.execute(
        "select relnamespace::regnamespace::text || '.' || relname from pg_class "
        "where relkind in ('r', 'v') and (relnamespace::regnamespace::text in "
        "('marts', 'restricted', 'history', 'asof') or oid = to_regclass('build.work_state'))"
    )
    return {name for (name,) in found}


def normal_types(connection: psycopg.Connection[Any], written: set[str]) -> dict[str, str | None]:
    """PostgreSQL's spelling of types as contracts write them (``int`` → ``integer``); None = no such type."""
    found = connection.execute(
        "select t, format_type(to_regtype(t), to_regtypemod(t)) from unnest(%s::text[]) as t",
        [sorted(written)],
    )
    return dict(found.fetchall())


_TABLES = (
    "c.relnamespace in ('marts'::regnamespace, 'restricted'::regnamespace) "
    "and c.relkind = 'r' and c.relname <> 'release'"
)

_COLUMNS = f"""
select c.relname, c.relnamespace::regnamespace::text, a.attname, format_type(a.atttypid, a.atttypmod)
from pg_class as c
join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where {_TABLES}
order by c.relname, a.attnum
"""  # noqa: S608

_KEYS = f"""
select c.relname, array(
    select a.attname from unnest(k.conkey) with ordinality as u (attnum, position)
    join pg_attribute as a on a.attrelid = c.oid and a.attnum = u.attnum
    order by u.position
)
from pg_class as c
join pg_constraint as k on k.conrelid = c.oid and k.contype = 'p'
where {_TABLES}
"""  # noqa: S608

_FOREIGN_KEYS = f"""
select c.relname, k.conname
from pg_class as c
join pg_constraint as k on k.conrelid = c.oid and k.contype = 'f'
where {_TABLES}
"""  # noqa: S608

_INDEXES = f"""
select c.relname, x.relname
from pg_class as c
join pg_index as i on i.indrelid = c.oid and not i.indisprimary
join pg_class as x on x.oid = i.indexrelid
where {_TABLES}
"""  # noqa: S608
