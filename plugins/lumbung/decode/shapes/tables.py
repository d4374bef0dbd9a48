"""Tables: a header, and below it one observation per row, or one per row and column that runs across.

One sheet may hold several tables one below another; each has its header, and what stands between them (a
market, a day) holds for the next one.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lumbung.decode.columns import ColumnReader
from lumbung.decode.headers import Header, complete, find_header, header_at, header_faults, skip_remarks
from lumbung.decode.limits import bound, in_numbers
from lumbung.decode.outcome import Fault, shortened
from lumbung.decode.shapes.beside import PlaceColumn, UnitColumn
from lumbung.decode.shapes.merged import MergedCells
from lumbung.decode.shapes.reading import Reading
from lumbung.decode.shapes.remarks import heads_of_groups, lone_words, signatures
from lumbung.decode.shapes.totals import Totals
from lumbung.decode.shapes.unread import UnreadColumns
from lumbung.decode.source import Row, SheetRows, check_width, refuse
from lumbung.decode.table import all_null, is_sum, sums_up, text_column
from lumbung.values.cells import kind_of, plain_text
from lumbung.values.days import day_of

_PIECE_ROWS = 8192
_PIECE_CELLS = 2_000_000
"""Cells that are in memory at a time, where rows are wide."""
_LABEL_COLUMNS = 100
"""Columns looked at for the label of a row that sums up."""
_LISTED = 50
_REMEMBERED = 10_000
"""Cells of which it is remembered whether they are titles."""
_STATEMENT_ROWS = 10
"""Rows above a repeated header that may state what the next table is about."""


def read_sheet(sheet: SheetRows, reading: Reading) -> bool:
    """Find the header, then append every row below it that is an observation or holds some.

    A fault of the header (a column twice, a column missing) is noted and the sheet's rows are not read.

    Returns:
        Whether the sheet holds a table; when not, nothing but its head was looked at.
    """
    header = find_header(sheet.head, sheet, reading.spec, reading.office)
    if header is None:
        return False
    entry = _entry(sheet, header, reading)
    faults = header_faults(header, sheet, reading.spec)
    for fault in faults:
        reading.faults.add(fault)
    if faults:
        reading.is_rejected = True
    else:
        index = header.row_number - sheet.first_row
        _Body(sheet, header, reading, entry).read(sheet.rows_from(index + 1))
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

    def __init__(self, sheet: SheetRows, header: Header, reading: Reading, entry: dict[str, Any]) -> None:
        self._sheet, self._reading = sheet, reading
        self._reader = ColumnReader(sheet, reading.spec, reading.office)
        self._titles: dict[str, bool] = {}
        self._is_over = False
        self._tables_begun, self._cells_seen = 1, 0
        self._use(header, entry)

    def _use(self, header: Header, entry: dict[str, Any]) -> None:
        self._header, self._entry = header, entry
        self._first_title = min(header.positions.values(), default=0)
        self._blocks = header.blocks
        names = (item.name for item in self._reading.spec.fields if item.is_figure)
        self._figures = {
            *header.columns,
            *(header.positions[name] for name in names if name in header.positions),
        }
        self._merged = MergedCells(self._sheet, header, self._reading.spec)
        self._totals = Totals(self._sheet, header, self._reading)
        self._unread = UnreadColumns(self._sheet, header, self._reading)
        self._places = PlaceColumn(self._sheet, header, self._reading, self._reader)
        self._units = UnitColumn(self._sheet, header, self._reading, self._reader)

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
        """Blank rows and cells count as well: reading nothing takes as long as reading something."""
        limits = self._reading.limits
        check_width(self._sheet, piece, limits)
        self._cells_seen += sum(map(len, piece))
        if self._cells_seen > limits.cells:
            raise refuse("too_large", sheet=self._sheet.label, limit=bound("cells", in_numbers(limits.cells)))
        if max(self._reading.rows_total, last) > limits.rows:
            raise refuse("too_large", sheet=self._sheet.label, limit=bound("rows", in_numbers(limits.rows)))

    # ---------------------------------------------------------------- several tables in one sheet

    def _tables(self, number: int, piece: list[Row]) -> Iterator[tuple[int, list[Row]]]:
        """The piece cut where another header begins; what stands between holds for the table below it."""
        begin, index = 0, 0
        while index < len(piece) and not self._is_over:
            found = self._header_in(number, piece, index)
            if found is None:
                index += 1
                continue
            above = self._statements(piece, begin, index)
            yield number + begin, piece[begin : index - len(above)]
            self._entry["header_rows"] += 1
            self._tables_begun += 1
            if self._tables_begun > self._reading.limits.tables:
                limit = bound("tables", in_numbers(self._reading.limits.tables))
                raise refuse("too_large", sheet=self._sheet.label, limit=limit, reason="tables")
            self._begin_table(found, above, number + index - len(above), piece[index + len(found.rows) :])
            begin = index = self._header.row_number + 1 - number
        if not self._is_over:
            yield number + begin, piece[begin:]

    def _header_in(self, number: int, piece: list[Row], index: int) -> Header | None:
        """The header that begins in a row: one that stands where the titles of this table stand."""
        row = piece[index]
        at = self._first_title
        cell = row[at].strip() if at < len(row) else ""
        if not cell or not self._may_be_title(cell):
            return None
        found = header_at(piece, index, number, self._sheet, self._reading.spec, self._reader)
        return found[1] if found else None

    def _may_be_title(self, cell: str) -> bool:
        if cell not in self._titles:
            if len(self._titles) > _REMEMBERED:
                self._titles.clear()
            self._titles[cell] = self._reader.alias(cell) is not None
        return self._titles[cell]

    def _statements(self, piece: list[Row], begin: int, end: int) -> list[Row]:
        """The rows above another header that hold no more than a label and a value."""
        first = end
        while first > max(begin, end - _STATEMENT_ROWS) and not self._is_observation(piece[first - 1]):
            first -= 1
        rows = piece[first:end]
        return rows if any(cell.strip() for row in rows for cell in row) else []

    def _is_observation(self, row: Row) -> bool:
        """Whether a row says more than a label and a value, or has a figure where this table has its own."""
        filled = [index for index, cell in enumerate(row) if cell.strip()]
        return len(filled) > 2 or any(
            kind_of(row[index]) == "number" or (row[index].strip()[:1].isdigit() and not day_of(row[index]))
            for index in filled
            if index in self._figures
        )

    def _begin_table(self, header: Header, above: list[Row], first_row: int, below: list[Row]) -> None:
        spec, before = self._reading.spec, self._header
        is_same = [column.meaning for _, column in header.read_columns] == [
            column.meaning for _, column in before.read_columns
        ] and header.positions == before.positions
        complete(header, above, first_row, self._sheet, spec, self._reader)
        header.figure = header.figure or before.figure
        is_stated = bool(header.stated) or header.figure != before.figure
        # What was stated above the sheet's first table holds on, unless this table has it itself.
        has = {*header.positions, *header.across_fields, *header.stated}
        kept = {name: value for name, value in before.stated.items() if name not in has}
        header.stated = kept | header.stated
        header.stated_at = {k: v for k, v in before.stated_at.items() if k in kept} | header.stated_at
        header.unit = header.unit or before.unit
        skip_remarks(header, below, self._reader)
        if is_same and not is_stated:
            before.row_number = header.row_number
            return
        self._entry.setdefault("rows_of_table", [before.row_number, None])[1] = first_row - 1
        self._use(header, _entry(self._sheet, header, self._reading))
        self._entry["rows_of_table"] = [header.row_number, None]
        for fault in header_faults(header, self._sheet, spec):
            self._reading.faults.add(fault)
            self._reading.is_rejected = self._is_over = True

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
        self._totals.look_across(row_numbers, keep, cells)
        self._places.look(keep, cells)
        self._units.look(row_numbers, keep, cells)
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
        self._entry["rows"] += kept * max(len(self._blocks), 1)
        reading.rows_total += kept * max(len(self._blocks), 1)
        if not across:
            reading.table.add(self._sheet.name, row_numbers, columns)
        for block in self._blocks:
            first = min(block.values())
            observed = {
                name: pa.repeat(pa.scalar(value, pa.string()), kept)
                for name, value in self._header.columns[first].observed
            }
            observed |= {figure: across[index] for figure, index in block.items()}
            reading.table.add(self._sheet.name, row_numbers, columns | observed, first + first_column)

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
