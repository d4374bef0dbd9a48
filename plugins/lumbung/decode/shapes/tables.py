"""Tables: a header, and below it one observation per row, or one per row and column that runs across.

One sheet may hold several tables one below another; each repeats its header, and what stands between them
(a market, a day) holds for the next one.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lumbung.decode.headers import Header, add_stated, find_header, header_faults
from lumbung.decode.limits import in_numbers
from lumbung.decode.outcome import Fault, shortened
from lumbung.decode.shapes.merged import MergedCells
from lumbung.decode.shapes.reading import Reading
from lumbung.decode.shapes.remarks import heads_of_groups, lone_words, signatures
from lumbung.decode.shapes.totals import Totals
from lumbung.decode.shapes.unread import UnreadColumns
from lumbung.decode.source import Row, SheetRows, check_width, refuse
from lumbung.decode.table import all_null, is_sum, sums_up, text_column
from lumbung.values.cells import plain_text

_PIECE_ROWS = 8192
_PIECE_CELLS = 2_000_000
"""Cells that are in memory at a time, where rows are wide."""
_LABEL_COLUMNS = 100
"""Columns looked at for the label of a row that sums up."""
_LISTED = 50
_STATEMENT_ROWS = 10
"""Rows above a repeated header that may state what the next table is about."""


def read_sheet(sheet: SheetRows, reading: Reading) -> bool:
    """Find the header, then append every row below it that is an observation or holds some.

    A fault of the header (a column twice, a column missing) is noted and the sheet's rows are not read.

    Returns:
        Whether the sheet holds a table; when not, nothing but its head was looked at.
    """
    found = find_header(sheet.head, sheet, reading.spec, reading.office)
    if found is None:
        return False
    header, cells = found
    entry = _entry(sheet, header, reading)
    faults = header_faults(cells, header, sheet, reading.spec)
    for fault in faults:
        reading.faults.add(fault)
    if faults:
        reading.is_rejected = True
    else:
        index = header.row_number - sheet.first_row
        _Body(sheet, header, cells, reading, entry).read(sheet.rows_from(index + 1))
    return True


def _entry(sheet: SheetRows, header: Header, reading: Reading) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": sheet.name}
    entry |= header.entry(sheet.first_column, reading.spec.value_field) | sheet.notes
    entry |= dict.fromkeys(
        (
            "rows",
            "blank_rows",
            "summing_rows",
            "note_rows",
            "group_rows",
            "header_rows",
            "cells_beyond_header",
        ),
        0,
    )
    reading.sheets.append(entry | {"summing_row_numbers": []})
    return reading.sheets[-1]


class _Body:
    """Reads the rows below a header, piece by piece, column by column."""

    def __init__(
        self, sheet: SheetRows, header: Header, cells: Row, reading: Reading, entry: dict[str, Any]
    ) -> None:
        self._sheet, self._header, self._reading, self._entry = sheet, header, reading, entry
        self._cells = [cell.strip() for cell in cells]
        self._merged = MergedCells(sheet, header, reading.spec)
        self._totals = Totals(sheet, header, reading)
        self._unread = UnreadColumns(sheet, header, reading)

    def read(self, rows: Iterator[Row]) -> None:
        number = self._header.row_number + 1
        step = max(min(_PIECE_ROWS, _PIECE_CELLS // max(self._header.width, 1)), 1)
        while piece := list(islice(rows, step)):
            self._check_size(piece, number + len(piece) - 1)
            if self._merged:
                self._merged.fill(number, piece, self._reading.faults)
            for first, part in self._tables(number, piece):
                self._read_piece(first, part)
            number += len(piece)

    def _check_size(self, piece: list[Row], last: int) -> None:
        """Blank rows count as well: reading nothing takes as long as reading something."""
        limits = self._reading.limits
        check_width(self._sheet, piece, limits)
        if max(self._reading.rows_total, last) > limits.rows:
            raise refuse("too_large", sheet=self._sheet.label, limit=f"{in_numbers(limits.rows)} baris")

    # ---------------------------------------------------------------- several tables in one sheet

    def _tables(self, number: int, piece: list[Row]) -> Iterator[tuple[int, list[Row]]]:
        """The piece cut where the header is repeated; between the parts the stated values change."""
        at = min(self._header.positions.values(), default=0)
        text = self._cells[at] if at < len(self._cells) else ""
        begin = 0
        for index, row in enumerate(piece):
            if not text or len(row) <= at or row[at].strip() != text or not self._is_header(row):
                continue
            above = self._statements(piece, begin, index)
            yield number + begin, piece[begin : index - len(above)]
            self._entry["header_rows"] += 1
            if above:
                self._begin_table(number + index, above)
            begin = index + 1
        yield number + begin, piece[begin:]

    def _is_header(self, row: Row) -> bool:
        own = [cell.strip() for cell in row]
        return own[: len(self._cells)] == self._cells[: len(own)] and sum(map(bool, own)) >= 2

    def _statements(self, piece: list[Row], begin: int, end: int) -> list[Row]:
        """The rows above a repeated header that hold no more than a label and a value."""
        first = end
        while (
            first > max(begin, end - _STATEMENT_ROWS) and sum(bool(c.strip()) for c in piece[first - 1]) <= 2
        ):
            first -= 1
        rows = piece[first:end]
        return rows if any(cell.strip() for row in rows for cell in row) else []

    def _begin_table(self, row_number: int, above: list[Row]) -> None:
        header = Header(
            row_number,
            self._header.width,
            self._header.positions,
            self._header.texts,
            across=self._header.across,
            across_field=self._header.across_field,
            across_row=row_number,
        )
        first_row = row_number - len(above)
        add_stated(header, above, self._sheet, self._reading.spec, self._reading.office, first_row)
        if not header.stated:
            return
        header.stated = self._header.stated | header.stated
        header.stated_at = self._header.stated_at | header.stated_at
        self._entry.setdefault("rows_of_table", [self._header.row_number, None])[1] = first_row - 1
        self._header = header
        self._entry = _entry(self._sheet, header, self._reading)
        self._entry["rows_of_table"] = [row_number, None]
        self._totals.begin(header)

    # ------------------------------------------------------------------------------ rows of one table

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
        across = {index: text_column(cells[index]) for index in self._header.across}
        values = list(across.values())
        blank = all_null([*columns.values(), *values], len(piece))
        summing = self._summing(cells, columns, blank)
        heads = pc.and_not(heads_of_groups(cells, self._header), summing)
        notes = lone_words(cells, blank)
        if len(piece) < _PIECE_ROWS:  # below it there is no other piece
            notes = pc.or_(notes, signatures(cells, columns, across, self._reading.spec))
        notes = pc.and_not(pc.and_not(pc.and_not(notes, summing), heads), blank)
        empty = all_null(values, len(piece)) if values else pa.repeat(pa.scalar(False), len(piece))
        groups = pc.and_not(pc.and_(empty, pc.invert(heads)), pc.or_(pc.or_(blank, summing), notes))
        groups = pc.or_(groups, pc.and_(heads, empty) if values else pa.repeat(pa.scalar(False), len(heads)))
        heads = pc.and_not(heads, pc.or_(groups, blank))
        keep = pc.invert(pc.or_(pc.or_(blank, summing), pc.or_(pc.or_(notes, groups), heads)))
        for name, mask in (("blank_rows", blank), ("note_rows", notes), ("group_rows", groups)):
            self._entry[name] += _count(mask)
        self._totals.look(row_numbers, summing, keep, cells, columns, across)
        self._totals.look_at_groups(row_numbers, heads, keep, cells, across)
        summing = pc.or_(summing, heads)
        if self._unread:
            self._unread.look([row for row, is_kept in zip(piece, keep.to_pylist(), strict=True) if is_kept])
        if _count(summing):
            listed = self._entry["summing_row_numbers"]
            self._entry["summing_rows"] += _count(summing)
            listed.extend(row_numbers.filter(summing).to_pylist()[: _LISTED - len(listed)])
        self._append(row_numbers, columns, across, keep)

    def _append(
        self,
        row_numbers: pa.Array,
        columns: dict[str, pa.Array],
        across: dict[int, pa.Array],
        keep: pa.Array,
    ) -> None:
        kept = _count(keep)
        if not kept:
            return
        if kept < len(keep):
            row_numbers = row_numbers.filter(keep)
            columns = {name: column.filter(keep) for name, column in columns.items()}
            across = {index: column.filter(keep) for index, column in across.items()}
        for name, value in self._header.stated.items():
            columns[name] = pa.repeat(pa.scalar(value, pa.string()), kept)
        reading, first_column = self._reading, self._sheet.first_column
        self._entry["rows"] += kept * max(len(across), 1)
        reading.rows_total += kept * max(len(across), 1)
        if not across:
            reading.table.add(self._sheet.name, row_numbers, columns)
        for index, values in across.items():
            observed = {
                str(self._header.across_field): pa.repeat(
                    pa.scalar(self._header.across[index], pa.string()), kept
                ),
                str(reading.spec.value_field): values,
            }
            reading.table.add(self._sheet.name, row_numbers, columns | observed, index + first_column)

    def _summing(
        self, cells: list[tuple[str, ...]], columns: dict[str, pa.Array], blank: pa.Array
    ) -> pa.Array:
        """Rows labelled TOTAL, JUMLAH, RATA-RATA and the like that lack a cell every observation has.

        A row with all its required cells is an observation, whatever its market is called.
        """
        required = [item.name for item in self._reading.spec.required if item.name in columns]
        incomplete = pa.repeat(pa.scalar(not required), len(blank))
        for name in required:
            incomplete = pc.or_(incomplete, pc.or_(pc.is_null(columns[name]), is_sum(columns[name])))
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
            context={
                "expected": self._header.width,
                "count": last + 1,
            },
        )


def _count(mask: pa.Array) -> int:
    return int(pc.sum(mask).as_py() or 0)
