"""The rows of one file as columns of text, kept in Arrow while they grow and written once."""

import re
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

_TEXT = pa.string()
_PLACE = {"sheet": _TEXT, "row_number": pa.int32(), "column_number": pa.int32()}
_TOTAL = r"^\s*((sub|grand)\s*-?\s*)?(total|jumlah|rata\s*-?\s*rata|rerata)\b"
"""How a row begins that sums up others; such a row is never an observation."""
_NOTHING_BUT_TOTAL = (
    _TOTAL.removesuffix(r"\b") + r"\s*:?\s*((harga|semua|seluruh)?\s*(pasar|komoditas|kab.*|kota.*)?)\s*$"
)
_TOTAL_LABEL = re.compile(_TOTAL, re.IGNORECASE)
_AMOUNT = r"^(\x1f|\s*(?i:rp)?[\s.]*[-(]?[0-9])"


def text_column(cells: Sequence[str]) -> pa.Array:
    """Cells as an Arrow column; cells without anything but white space become null."""
    column = pa.array(cells, _TEXT)
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(column), ""), pa.scalar(None, _TEXT), column)


def all_null(columns: list[pa.Array], length: int) -> pa.Array:
    """Which rows are null in every column."""
    mask = pa.repeat(pa.scalar(True), length)
    for column in columns:
        mask = pc.and_(mask, pc.is_null(column))
    return mask


def is_sum(column: pa.Array) -> pa.Array:
    """Which cells are nothing but the label of a row that sums up others."""
    return pc.fill_null(pc.match_substring_regex(column, _NOTHING_BUT_TOTAL, ignore_case=True), False)


def filled_cells(cells: list[tuple[str, ...]]) -> tuple[pa.Array, pa.Array]:
    """Per row how many cells hold something, and one of them."""
    count: pa.Array = pa.repeat(pa.scalar(0, pa.int32()), len(cells[0]))
    text: pa.Array = pa.repeat(pa.scalar(None, _TEXT), len(cells[0]))
    for column in cells:
        cell = text_column(column)
        count = pc.add(count, pc.cast(pc.is_valid(cell), pa.int32()))
        text = pc.coalesce(text, cell)
    return count, text


def looks_like_number(column: pa.Array) -> pa.Array:
    """Which cells begin like an amount or are a real number, date or error."""
    return pc.fill_null(pc.match_substring_regex(column, _AMOUNT), False)


def is_summing_label(text: str) -> bool:
    """Whether a text begins like the label of what sums up others."""
    return bool(_TOTAL_LABEL.match(text))


def sums_up(column: pa.Array) -> pa.Array:
    """Which cells begin like the label of a row that sums up others."""
    return pc.fill_null(pc.match_substring_regex(column, _TOTAL, ignore_case=True), False)


class TableBuilder:
    """Collects pieces of sheets; fields that one sheet has and another has not are null there."""

    def __init__(self) -> None:
        self._pieces: list[pa.Table] = []

    def add(
        self, sheet: str, row_numbers: pa.Array, columns: dict[str, pa.Array], column_number: int = 0
    ) -> None:
        """Append rows of a sheet.

        Args:
            sheet: Its name.
            row_numbers: int32, as a person counts.
            columns: Field name → cells.
            column_number: The column that holds the observations, 0 where each whole row is one.
        """
        count = len(row_numbers)
        names = {
            "sheet": pa.repeat(pa.scalar(sheet, _TEXT), count),
            "row_number": row_numbers,
            "column_number": pa.repeat(pa.scalar(column_number, pa.int32()), count),
        }
        self._pieces.append(pa.table(names | columns))

    @property
    def row_count(self) -> int:
        """Rows collected."""
        return sum(piece.num_rows for piece in self._pieces)

    def write(self, path: Path, field_order: list[str]) -> None:
        """Write the Arrow file and put it in place at once.

        Args:
            path: Where it shall lie.
            field_order: Fields in the contract's order; those found nowhere are left out.
        """
        found = {name for piece in self._pieces for name in piece.column_names}
        names = [*_PLACE, *(name for name in field_order if name in found)]
        schema = pa.schema([(name, _PLACE.get(name, _TEXT)) for name in names])
        table = pa.concat_tables(self._pieces, promote_options="default").select(names).cast(schema)
        temporary = path.with_suffix(".arrow.part")
        options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
        with (
            pa.OSFile(str(temporary), "wb") as file,
            pa.ipc.new_file(file, schema, options=options) as writer,
        ):
            writer.write_table(table.combine_chunks())
        temporary.replace(path)
