"""A table once, shown twice: on a page and in a workbook."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from lumbung import labels

Kind = Literal[
    "text", "idr", "pct", "change", "count", "number", "score", "date", "month", "instant", "status",
    "mark", "receipts", "spark", "message",
]  # fmt: skip

NUMERIC: frozenset[Kind] = frozenset({"idr", "pct", "change", "count", "number", "score"})
DECIMALS: Mapping[Kind, int] = {"idr": 0, "pct": 1, "change": 1, "count": 0, "number": 1, "score": 2}
DATED: frozenset[Kind] = frozenset({"date", "month", "instant"})


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        key: The row's entry that it shows; ``<key>_reason`` says why there is none, ``<key>_href`` where it
            leads.
        kind: How it is written; decides alignment and the workbook's number format.
        title: The header, with the unit.
        source: ``table.column`` of the published figure, explained on the page of definitions.
        group: For statuses, the group of labels that has their words.
        is_filter: Whether readers may filter by its values.
        is_head: Whether it names the row.
    """

    key: str
    kind: Kind = "text"
    title: str = ""
    source: str | None = None
    group: str | None = None
    is_filter: bool = False
    is_head: bool = False

    def reason(self, row: Mapping[str, Any]) -> str | None:
        """Why the row has no figure here, in words; None where it has one or nothing is said."""
        if row.get(self.key) is not None:
            return None
        code = row.get(f"{self.key}_reason")
        return labels.label("reason", code) if code else None

    def words(self, row: Mapping[str, Any]) -> str:
        """A status in words."""
        value = row.get(self.key)
        return labels.label(self.group, str(value)) if self.group and value is not None else labels.NO_VALUE


@dataclass(frozen=True)
class Table:
    """Rows under columns, with a name that is unique on its page.

    Attributes:
        name: Part of addresses and file names.
        title: What it shows; the caption.
        about: Period, unit, source: one sentence.
        sort: Key of the column by which rows come sorted, for the reader to see; None = not said.
        empty: What to say without rows.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    about: str = ""
    sort: str | None = None
    empty: str = ""
    is_searchable: bool = False

    @property
    def is_compact(self) -> bool:
        """Whether it is a grid of marks, which is as wide as its marks."""
        return any(column.kind == "mark" for column in self.columns)

    @property
    def reasons(self) -> list[str]:
        """Why figures are missing, in words, each once."""
        found = (column.reason(row) for row in self.rows for column in self.columns)
        return sorted({words for words in found if words})

    @property
    def explained(self) -> list[tuple[str, str]]:
        """Titles of the columns that are published figures, with their sources; each figure once."""
        found = {column.source: column.title for column in reversed(self.columns) if column.source}
        return [(title, source) for source, title in reversed(found.items())]

    def choices(self, column: Column) -> list[str]:
        """The different values of a column that may be filtered by, as they are shown."""
        shown = (column.words(row) if column.kind == "status" else row.get(column.key) for row in self.rows)
        return sorted({str(value) for value in shown if value is not None})


def catalogue(columns: Iterable[Column]) -> dict[str, Column]:
    """Columns by key, with their titles from the labels."""
    return {
        column.key: column if column.title else replace(column, title=labels.label("column", column.key))
        for column in columns
    }
