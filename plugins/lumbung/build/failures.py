"""What failed in a build, with the first failing rows, in words for whoever opens the red task."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

ROWS_SHOWN = 20
FAILING = "failing_rows_"
"""Beginning of the names of the tables that hold failing rows; a number follows."""

_CELL_WIDTH = 40


@dataclass(frozen=True)
class TestFailure:
    """One failed test or model.

    Args:
        unique_id: dbt's name for it.
        name: Its name.
        kind: ``test``, ``model``, ``seed``, …
        on_model: For a test, the model it judges.
        message: dbt's own words.
        failures: Number of failing rows, None when unknown.
        relation: The table in ``build`` that holds all failing rows.
        columns: Names of the failing rows' columns.
        rows: The first failing rows, at most ``ROWS_SHOWN``.
    """

    __test__ = False  # not a test class, whatever its name

    unique_id: str
    name: str
    kind: str
    on_model: str | None
    message: str
    failures: int | None
    relation: str | None = None
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()

    def text(self) -> str:
        """The failure with its rows as a small table."""
        if self.kind == "test" and self.failures is not None:
            head = f"{self.kind} {self.name} on {self.on_model}: {self.message.strip()}"
        else:
            head = f"{self.kind} {self.name}: {self.message.strip()}"
        lines = [head, *(f"  {line}" for line in _table(self.columns, self.rows))]
        if self.relation and self.failures and self.failures > len(self.rows):
            lines.append(f"  all {self.failures} of them: table {self.relation}")
        return "\n".join(lines)


def keep_failing_rows(
    connection: psycopg.Connection[Any], number: int, test_sql: str
) -> tuple[str, tuple[str, ...], tuple[tuple[Any, ...], ...]]:
    """Keep the rows that a failed test found, as a table in ``build``.

    Only failed tests pay for a table; dbt's own ``store_failures`` makes one for every test.

    Args:
        connection: A connection of ``lumbung_transform``.
        number: Number of the failure within its build.
        test_sql: The test's compiled query, which gives the failing rows.

    Returns:
        The table, the names of its columns and its first rows.
    """
    name = f"{FAILING}{number}"
    table = sql.Identifier("build", name)
    connection.execute(sql.SQL("create table {} as {}").format(table, sql.SQL(test_sql)))
    cursor = connection.execute(sql.SQL("select * from {} limit {}").format(table, sql.Literal(ROWS_SHOWN)))
    return (
        f"build.{name}",
        tuple(column.name for column in cursor.description or ()),
        tuple(cursor.fetchall()),
    )


def drop_failing_rows(connection: psycopg.Connection[Any]) -> None:
    """Drop the tables of failing rows that an earlier build left."""
    found = connection.execute(
        "select tablename from pg_tables where schemaname = 'build' and tablename ~ %s",
        [f"^{FAILING}[0-9]+$"],
    ).fetchall()
    for (name,) in found:
        connection.execute(sql.SQL("drop table {}").format(sql.Identifier("build", name)))


def _table(columns: tuple[str, ...], rows: tuple[tuple[Any, ...], ...]) -> Iterator[str]:
    if not rows:
        return
    cells = [columns, *(tuple(_cell(value) for value in row) for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    for row in cells:
        yield " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _cell(value: Any) -> str:
    text = "(null)" if value is None else str(value)
    return text if len(text) <= _CELL_WIDTH else text[: _CELL_WIDTH - 1] + "…"
