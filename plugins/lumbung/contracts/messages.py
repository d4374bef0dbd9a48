"""Which placeholders a rule's message may use, and how they are filled.

A placeholder belongs to what a rule looks at: the fault's code or the derived column. Whoever raises a
finding on that subject gives these values; the loader refuses a contract whose texts use any other.
"""

import string
from collections.abc import Iterable, Mapping

from lumbung.contracts.vocabulary import FAULTS

ABSENT = "–"
"""Shown where a placeholder has no value."""

FILE_PLACEHOLDERS = frozenset({"file_name", "office", "label", "value"})
"""Known for every finding."""

PLACE_PLACEHOLDERS = frozenset({"sheet", "row_number", "column_name"})
"""Known for every finding that points at a sheet, a row or a cell."""


def placeholders_for(
    subject: str, columns: Mapping[str, frozenset[str]], fields: Iterable[str]
) -> frozenset[str]:
    """The placeholders that texts about a fault's code or a derived column may use.

    Args:
        subject: A fault's code, such as `duplicate_header`, or a derived column, such as `market_known`.
        columns: The derived columns of the dataset, each with its own placeholders.
        fields: Names of the contract's fields: the row's other cells.

    Returns:
        Names without braces; empty for an unknown subject.
    """
    if subject in FAULTS:
        return FILE_PLACEHOLDERS | FAULTS[subject]
    if subject in columns:
        return FILE_PLACEHOLDERS | PLACE_PLACEHOLDERS | frozenset(fields) | columns[subject]
    return frozenset()


def placeholders_in(template: str) -> set[str]:
    """The placeholders that a text uses.

    Raises:
        ValueError: The braces do not balance, or a placeholder is empty or carries a format.
    """
    names: set[str] = set()
    for _, name, form, conversion in string.Formatter().parse(template):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError(f"placeholder {{{name}}} must be a plain name in braces")
        names.add(name)
    return names


class _DashForAbsent(dict[str, object]):
    """Mapping for `str.format_map` that shows a dash for what is missing."""

    def __missing__(self, key: str) -> str:
        return ABSENT


def fill(template: str, values: Mapping[str, object]) -> str:
    """The text with its placeholders filled; a missing, None or empty value shows as a dash."""
    known = {name: value for name, value in values.items() if value is not None and value != ""}
    return template.format_map(_DashForAbsent(known))
