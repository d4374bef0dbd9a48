"""Where in the office's sheet a field of an observation stands: row and column, and the cell's name.

The sheet's entry in the outcome says it: ``columns`` for fields with a column of their own, ``across`` for
fields that stand in a header row of the observation's column (or where a title above several columns
begins), ``blocks`` for figures that one observation has in several columns, ``stated_at`` for those above the
table.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from lumbung.decode.formats.ooxml import column_letters


def entry_of(
    sheets: Sequence[Mapping[str, Any]], sheet: str | None, row_number: int | None, column_number: int = 0
) -> Mapping[str, Any] | None:
    """The entry of the table that an observation comes from.

    A sheet with several tables has several entries of its name, told apart by ``rows_of_table`` (first and
    last row, both included) and ``value_columns`` where they stand side by side.
    """
    named = [entry for entry in sheets if (entry.get("name") or "") == (sheet or "") and "columns" in entry]
    for entry in named:
        first, last = entry.get("rows_of_table") or (0, None)
        if row_number is not None and (row_number < first or (last is not None and row_number > last)):
            continue
        if column_number and entry.get("value_columns") and column_number not in entry["value_columns"]:
            continue
        return entry
    return named[0] if named else None


def place(
    entry: Mapping[str, Any], field: str, row_number: int, column_number: int = 0
) -> tuple[int, int] | None:
    """Row and column of a field of the observation at this place, as a person counts; None where nowhere.

    Args:
        entry: The sheet's entry in the outcome.
        field: The contract's field.
        row_number: The observation's row.
        column_number: The column of the observation's value, 0 where the whole row is the observation.
    """
    columns = entry.get("columns") or {}
    if field in columns:
        return row_number, int(columns[field]["position"])
    across = entry.get("across") or {}
    if field in across and column_number:
        starts = [start for start in across[field].get("starts") or () if start <= column_number]
        return int(across[field]["row"]), max(starts, default=column_number)
    if field == entry.get("value_field") and column_number:
        return row_number, column_number
    for block in entry.get("blocks") or ():
        if column_number in block.values():
            if field in block:
                return row_number, int(block[field])
            break
    stated = (entry.get("stated_at") or {}).get(field)
    return (int(stated["row"]), int(stated["column"])) if stated else None


def observation_column(entry: Mapping[str, Any] | None, column_number: int) -> int:
    """The first column of the observation that has a figure in this one: by that it is known."""
    blocks = (entry.get("blocks") or ()) if entry else ()
    return next((min(block.values()) for block in blocks if column_number in block.values()), column_number)


def cell_name(row: int, column: int) -> str:
    """The name of a cell, such as B7."""
    return f"{column_letters(column)}{row}"
