"""The rows of one file as columns of text, kept in Arrow while they grow and written once."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

_TEXT = pa.string()
_TOTAL = r"^\s*((sub|grand)\s*-?\s*)?(total|jumlah|rata\s*-?\s*rata|rerata)\b"
"""How a row begins that sums up others; such a row is never an observation."""


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


def sums_up(column: pa.Array) -> pa.Array:
    """Which cells begin like the label of a row that sums up others."""
    return pc.fill_null(pc.match_substring_regex(column, _TOTAL, ignore_case=True), False)


class TableBuilder:
    """Collects pieces of sheets; fields that one sheet has and another has not are null there."""

    def __init__(self) -> None:
        self._pieces: list[pa.Table] = []

    def add(self, sheet: str, row_numbers: pa.Array, columns: dict[str, pa.Array]) -> None:
        """Append rows of a sheet.

        Args:
            sheet: Its name.
            row_numbers: int32, as a person counts.
            columns: Field name → cells.
        """
        names = {"sheet": pa.repeat(pa.scalar(sheet, _TEXT), len(row_numbers)), "row_number": row_numbers}
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
        names = ["sheet", "row_number", *(name for name in field_order if name in found)]
        schema = pa.schema([(name, pa.int32() if name == "row_number" else _TEXT) for name in names])
        table = pa.concat_tables(self._pieces, promote_options="default").select(names).cast(schema)
        temporary = path.with_suffix(".arrow.part")
        options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
        with (
            pa.OSFile(str(temporary), "wb") as file,
            pa.ipc.new_file(file, schema, options=options) as writer,
        ):
            writer.write_table(table.combine_chunks())
        temporary.replace(path)
