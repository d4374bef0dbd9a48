"""What stands above a table, or as the name of its sheet, and holds for all of it."""

import re
from collections.abc import Iterator, Sequence

from lumbung.decode.columns import COMMODITY, DAY, LEVEL, MARKET, ColumnReader
from lumbung.decode.source import Row, SheetRows
from lumbung.decode.spec import DecodeSpec
from lumbung.values.cells import kind_of, plain_text
from lumbung.values.text import normalise_header

_LOOKED_AT = 100
"""Columns of the rows above a table in which words about it are looked for."""
_UNIT_LABEL = re.compile(r"\b(?:satuan|dalam)\b(?:\s+satuan)?\s*:?\s*([^\s(),;.]*)", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\(([^()]{1,30})\)")
_OF_A_PLACE = re.compile(r"^\s*(?:nama\s+)?(pasar|gudang|distributor)\s*:\s*(\S.*)$", re.IGNORECASE)

Stated = dict[str, tuple[str, dict[str, int] | None]]
"""Field → value, and row and column where it stands; None for a sheet's name."""


def title_of(sheet: SheetRows) -> str:
    """The sheet's name without the archive's file and without an extension."""
    return sheet.name.rpartition(" › ")[2].removesuffix(".csv")


def stated_values(
    rows: Sequence[Row],
    first_row: int,
    sheet: SheetRows,
    spec: DecodeSpec,
    reader: ColumnReader,
    has: set[str],
) -> Stated:
    """Values of fields without a column: `Label: value`, the two apart, a bare name, the sheet's name.

    Args:
        rows: The rows above the table; the nearest counts.
        first_row: Number of the first of them.
        sheet: Where they come from.
        spec: What is understood.
        reader: Knows the names.
        has: Fields that the table has itself.
    """
    stated: Stated = {}
    for offset in range(len(rows) - 1, -1, -1):
        for name, value, index in _statements(rows[offset], spec, reader):
            if name not in has:
                place = {"row": first_row + offset, "column": index + sheet.first_column}
                stated.setdefault(name, (value, place))
    title = title_of(sheet)
    kind = reader.kind(title) if spec.has_field(COMMODITY) else None
    if kind in (MARKET, COMMODITY) and kind not in has:
        stated.setdefault(str(kind), (title, None))
    if spec.has_field(LEVEL) and LEVEL not in has | set(stated):
        for offset, index, text in _texts(rows):
            if level := reader.level_in(text):
                stated[LEVEL] = level, {"row": first_row + offset, "column": index + sheet.first_column}
                break
        else:
            if level := reader.level_in(title):
                stated[LEVEL] = level, None
    return stated


def _texts(rows: Sequence[Row]) -> Iterator[tuple[int, int, str]]:
    """Row, column and words of the cells of text, the nearest row first."""
    for offset in range(len(rows) - 1, -1, -1):
        for index, cell in enumerate(rows[offset][:_LOOKED_AT]):
            if cell.strip() and kind_of(cell) == "text":
                yield offset, index, cell


def _statements(row: Row, spec: DecodeSpec, reader: ColumnReader) -> list[tuple[str, str, int]]:
    """Field, value and index of what a row above a table states."""
    filled = [(index, cell) for index, cell in enumerate(row) if cell.strip()]
    if not filled or len(filled) > 3:
        return []
    first_index, first = filled[0]
    label, _, value = plain_text(first).partition(":")
    name = spec.aliases.get(normalise_header(label))
    rest = [(index, cell) for index, cell in filled[1:] if plain_text(cell).strip(": ")]
    if name and value.strip() and not rest:
        return [(name, value.strip(), first_index)]
    if name and len(rest) == 1:
        index, cell = rest[0]
        return [(name, cell.lstrip(": ") if kind_of(cell) == "text" else cell, index)]
    if len(filled) > 1 or not spec.has_field(COMMODITY):
        return []
    text = plain_text(first)
    for part in (first, text.rpartition(",")[2].strip()):
        kind = reader.kind(part)
        if kind in (DAY, MARKET, COMMODITY):
            return [(str(kind), part, first_index)]
    return []


def stated_figure(rows: Sequence[Row], sheet: SheetRows, spec: DecodeSpec) -> str | None:
    """The one figure that the words nearest above a table name, or its sheet; None where they name several.

    A cell that is a header of the figure, or words with such a header of two words or more in them: a title
    says "Stok Akhir", while "Stok" or "Keluar" in a sentence says nothing.
    """
    aliases = {alias: name for alias, name in spec.aliases.items() if name in spec.across_figures}
    for row in [*reversed(rows), [title_of(sheet)]]:
        found: set[str] = set()
        for cell in row:
            if cell.strip() and kind_of(cell) == "text":
                found |= _figures_in(cell, aliases)
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _figures_in(cell: str, aliases: dict[str, str]) -> set[str]:
    for part in (cell, cell.rpartition(":")[2]):
        if name := aliases.get(normalise_header(part)):
            return {name}
    words = f" {normalise_header(cell)} "
    found = set()
    for alias in sorted(aliases, key=len, reverse=True):
        if " " in alias and f" {alias} " in words:
            found.add(aliases[alias])
            words = words.replace(f" {alias} ", " ; ")
    return found


def stated_unit(rows: Sequence[Row], reader: ColumnReader) -> str | None:
    """The unit that the words above a table name: `(dalam Kg)`, `Satuan: Kg`."""
    for row in reversed(rows):
        filled = [cell for cell in row if cell.strip() and kind_of(cell) == "text"]
        for index, cell in enumerate(filled):
            label = _UNIT_LABEL.search(cell)
            parts = [label[1] or (filled[index + 1] if index + 1 < len(filled) else "")] if label else []
            parts += _IN_BRACKETS.findall(cell)
            for part in parts:
                if unit := reader.unit_of(part.strip(": ")):
                    return unit
    return None


def stated_place(rows: Sequence[Row], sheet: SheetRows, reader: ColumnReader) -> str | None:
    """The market or warehouse that the words above a table name, or its sheet."""
    for row in reversed(rows):
        filled = [plain_text(cell) for cell in row if cell.strip()]
        if 0 < len(filled) <= 3:
            match = _OF_A_PLACE.match(" ".join(filled))
            if match or reader.is_market(filled[0]):
                return match[2].strip() if match else filled[0]
    title = title_of(sheet)
    return title if reader.is_market(title) else None
