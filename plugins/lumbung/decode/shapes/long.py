"""The long shape: one header row, one observation per row below it."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lumbung.decode.headers import Header, find_header, header_faults
from lumbung.decode.limits import in_numbers
from lumbung.decode.outcome import Fault, shortened
from lumbung.decode.shapes.reading import Reading
from lumbung.decode.source import Row, SheetRows, check_width, refuse
from lumbung.decode.table import all_null, sums_up, text_column
from lumbung.values.cells import plain_text

_PIECE_ROWS = 8192
_LABEL_COLUMNS = 100
"""Columns looked at for the label of a row that sums up."""
_LISTED = 50


def read_sheet(sheet: SheetRows, reading: Reading) -> bool:
    """Find the header, then append every row below it that is neither blank nor sums up others.

    A fault of the header (a column twice, a column missing) is noted and the sheet's rows are not read.

    Returns:
        Whether the sheet has this shape; when not, nothing but its head was looked at.
    """
    header = find_header(sheet.head, sheet, reading.spec)
    if header is None:
        return False
    index = header.row_number - sheet.first_row
    entry: dict[str, Any] = {"name": sheet.name} | header.entry(sheet.first_column) | sheet.notes
    reading.sheets.append(entry)
    faults = header_faults(sheet.head[index], header, sheet, reading.spec)
    for fault in faults:
        reading.faults.add(fault)
    if faults:
        reading.is_rejected = True
    else:
        _Body(sheet, header, reading, entry).read(sheet.rows_from(index + 1))
    return True


class _Body:
    """Reads the rows below a header, piece by piece, column by column."""

    def __init__(self, sheet: SheetRows, header: Header, reading: Reading, entry: dict[str, Any]) -> None:
        self._sheet, self._header, self._reading, self._entry = sheet, header, reading, entry
        entry.update(rows=0, blank_rows=0, summing_rows=0, summing_row_numbers=[], cells_beyond_header=0)

    def read(self, rows: Iterator[Row]) -> None:
        number = self._header.row_number + 1
        while piece := list(islice(rows, _PIECE_ROWS)):
            self._check_size(number, piece)
            self._read_piece(number, piece)
            number += len(piece)

    def _check_size(self, number: int, piece: list[Row]) -> None:
        limits = self._reading.limits
        check_width(self._sheet, piece, limits)
        if self._reading.rows_total > limits.rows:
            raise refuse("too_large", sheet=self._sheet.label, limit=f"{in_numbers(limits.rows)} baris")

    def _read_piece(self, number: int, piece: list[Row]) -> None:
        width = self._header.width
        numbers: Sequence[int] = range(number, number + len(piece))
        if any(len(row) != width for row in piece):
            numbers, piece = self._squared(numbers, piece)
            if not piece:
                return
        cells = list(zip(*piece, strict=True))
        row_numbers = pa.array(numbers, pa.int32())
        columns = {name: text_column(cells[index]) for name, index in self._header.positions.items()}
        blank = all_null(list(columns.values()), len(piece))
        summing = self._summing(cells, columns, blank)
        keep = pc.invert(pc.or_(blank, summing))
        blank_count, summing_count = pc.sum(blank).as_py() or 0, pc.sum(summing).as_py() or 0
        kept = len(piece) - blank_count - summing_count
        self._entry["rows"] += kept
        self._entry["blank_rows"] += blank_count
        self._reading.rows_total += kept
        if summing_count:
            listed = self._entry["summing_row_numbers"]
            self._entry["summing_rows"] += summing_count
            listed.extend(row_numbers.filter(summing).to_pylist()[: _LISTED - len(listed)])
        if not kept:
            return
        if kept < len(piece):
            row_numbers = row_numbers.filter(keep)
            columns = {name: column.filter(keep) for name, column in columns.items()}
        for name, value in self._header.stated.items():
            columns[name] = pa.repeat(pa.scalar(value, pa.string()), kept)
        self._reading.table.add(self._sheet.name, row_numbers, columns)

    def _summing(
        self, cells: list[tuple[str, ...]], columns: dict[str, pa.Array], blank: pa.Array
    ) -> pa.Array:
        """Rows labelled TOTAL, JUMLAH, RATA-RATA and the like that lack a cell every observation has.

        A row with all its required cells is an observation, whatever its market is called.
        """
        required = [item.name for item in self._reading.spec.required if item.name in columns]
        incomplete = pa.repeat(pa.scalar(False), len(blank))
        for name in required:
            incomplete = pc.or_(incomplete, pc.is_null(columns[name]))
        labelled = pa.repeat(pa.scalar(False), len(blank))
        if pc.any(incomplete).as_py():
            for index in range(min(len(cells), _LABEL_COLUMNS)):
                labelled = pc.or_(labelled, sums_up(pa.array(cells[index], pa.string())))
        return pc.and_not(pc.and_(incomplete, labelled), blank)

    def _squared(self, numbers: Sequence[int], piece: list[Row]) -> tuple[list[int], list[Row]]:
        """Rows brought to the header's width.

        Short rows get empty cells. Cells beyond the last header are dropped when empty; when not, a
        spreadsheet has a remark there, and delimited text has lost its columns: that row is a fault.
        """
        width = self._header.width
        kept_numbers, kept = [], []
        for number, row in zip(numbers, piece, strict=True):
            beyond = [cell for cell in row[width:] if cell.strip()]
            if beyond and self._sheet.cells_can_shift:
                self._reading.rows_total += 1
                self._reading.faults.add(self._ragged(number, row, beyond))
                continue
            self._entry["cells_beyond_header"] += len(beyond)
            kept_numbers.append(number)
            kept.append(row[:width] + [""] * (width - len(row)))
        return kept_numbers, kept

    def _ragged(self, number: int, row: Row, beyond: list[str]) -> Fault:
        last = max(index for index, cell in enumerate(row) if cell.strip())
        return Fault(
            "ragged_row",
            sheet=self._sheet.label,
            row_number=number,
            value=shortened(", ".join(map(plain_text, beyond))),
            context={"expected": self._header.width, "count": last + 1},
        )
