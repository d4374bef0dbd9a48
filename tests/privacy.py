"""What a role can read: to look in it for what it must not know."""

from typing import Any

import psycopg


def everything_readable(reader: psycopg.Connection[Any]) -> str:
    """All tables and views that a role may read, with their names and statistics, as one text."""
    relations = reader.execute(
        "select format('%I.%I', n.nspname, c.relname) from pg_class as c"
        " join pg_namespace as n on n.oid = c.relnamespace"
        " where c.relkind in ('r', 'v', 'm', 'p') and n.nspname !~ '^(pg_|information_)'"
        " and has_schema_privilege(n.oid, 'usage') and has_any_column_privilege(c.oid, 'select')"
    ).fetchall()
    text = [name for (name,) in relations]
    for name in (*text.copy(), "pg_catalog.pg_stats"):
        text += [row for (row,) in reader.execute(f"select t::text from {name} as t")]
    return "\n".join(text)
