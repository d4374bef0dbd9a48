"""The office's own sheets in the answer: every cell at its own address, marked, with a status beside.

Whatever the office wrote goes out as text, number, date or truth value, never as a formula or a link.
"""

from collections.abc import Sequence
from datetime import datetime
from math import isfinite
from typing import TYPE_CHECKING

from lumbung.decode.rendering import ShownSheet
from lumbung.feedback.heights import height_of
from lumbung.feedback.model import Answer
from lumbung.feedback.rows import SheetMarks, cell_place
from lumbung.feedback.styles import ASK, FINE, GREY, MUST, Styles
from lumbung.labels import label
from lumbung.values.cells import BOOLEAN_KIND, DATE_KIND, NUMBER_KIND, kind_of, plain_text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

COMMENTS = 2_000
"""Comments in one workbook; beyond them the marks, the status and the list of findings say it."""
_COMMENT_LENGTH = 1_500
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_TEXT_LENGTH = 32_000
_MEASURED_ROWS = 200
_FOOT_LENGTH = 110
_STATUS_WIDTH, _NOTES_WIDTH = 31, 70
_PAGE_WIDTH = 190
"""Units of width that can still be read on a page of A4 across."""
_OLDEST = datetime(1900, 3, 1)  # noqa: DTZ001 - spreadsheets know no zones; before it they count a day too many
_COLOURS = {
    "accepted": FINE,
    "accepted_with_notes": ASK,
    "released": FINE,
    "withdrawn": GREY,
    "held": MUST,
    "mixed": MUST,
    "returned": MUST,
}


class OfficeSheet:
    """Writes one of the office's sheets.

    Args:
        target: The sheet of the answer.
        styles: The workbook's formats.
        answer: What is said about the file.
        sheet: The office's sheet.
        foot: What stands at the foot of a printed page.
        comments_left: How many comments the workbook still takes.
    """

    def __init__(
        self,
        target: "Worksheet",
        styles: Styles,
        answer: Answer,
        sheet: ShownSheet,
        foot: str,
        comments_left: int,
    ) -> None:
        self._target, self._styles, self._sheet, self._foot = target, styles, sheet, foot
        self._marks = SheetMarks(answer, sheet)
        self._shift = shift_of(sheet)
        self._comments_left = comments_left
        widest = max((len(cells) for _, _, cells in sheet.rows), default=0)
        marked = max((column for _, column in self._marks.cells), default=0)
        self._status_column = min(max(sheet.first_column + widest - 1, marked, 1), _LAST_COLUMN - 2)
        self._statuses = {
            number: status
            for number, is_data, _ in sheet.rows
            if (status := self._marks.status(number, is_data))
        }
        self._notes = {number: notes for number in self._statuses if (notes := self._marks.notes(number))}

    def write(self) -> int:
        """Write the sheet; how many comments it took."""
        self._write_cells()
        self._write_marks_of_empty_cells()
        taken = self._write_comments()
        self._write_status()
        self._set_up()
        return taken

    def _write_cells(self) -> None:
        self._written: set[tuple[int, int]] = set()
        head = self._headers_of_records()
        for number, is_data, cells in [*head, *self._sheet.rows]:
            if not 1 <= number + self._shift <= _LAST_ROW:
                continue
            is_header = number in self._marks.header_rows and not is_data
            for offset, cell in enumerate(cells):
                if cell:
                    self._write(number, self._sheet.first_column + offset, cell, is_header)

    def _headers_of_records(self) -> list[tuple[int, bool, list[str]]]:
        """A header for formats whose rows come without one."""
        if not self._shift or any(number == 0 for number, _, _ in self._sheet.rows):
            return []
        texts: dict[int, str] = {
            int(column["position"]): str(column["header"])
            for entry in self._sheet.entries
            for column in (entry.get("columns") or {}).values()
        }
        return [(0, False, [texts.get(column, "") for column in range(1, max(texts, default=0) + 1)])]

    def _write(self, number: int, column: int, cell: str, is_header: bool) -> None:
        mark = self._marks.cells.get((number, column))
        severity = str(mark.severity) if mark else None
        row, at = number + self._shift - 1, column - 1
        if at >= _LAST_COLUMN:
            return
        self._written.add((number, column))
        kind, target = kind_of(cell), self._target
        if kind == NUMBER_KIND and isfinite(value := float(cell[2:])):
            target.write_number(row, at, value, self._styles.office_cell(severity, is_header, None))
            return
        if kind == DATE_KIND and (instant := datetime.fromisoformat(cell[2:])) >= _OLDEST:
            form = "dd/mm/yyyy" if "T" not in cell else "dd/mm/yyyy hh:mm"
            target.write_datetime(row, at, instant, self._styles.office_cell(severity, is_header, form))
            return
        style = self._styles.office_cell(severity, is_header, None)
        if kind == BOOLEAN_KIND:
            target.write_boolean(row, at, cell[2:] == "1", style)
            return
        target.write_string(row, at, as_text(plain_text(cell)), style)

    def _write_marks_of_empty_cells(self) -> None:
        for (row, column), mark in self._marks.cells.items():
            if (row, column) not in self._written and row + self._shift <= _LAST_ROW:
                style = self._styles.office_cell(str(mark.severity), is_header=False, num_format=None)
                self._target.write_blank(row + self._shift - 1, column - 1, None, style)

    def _write_comments(self) -> int:
        taken = 0
        for (row, column), mark in self._marks.cells.items():
            if taken >= self._comments_left or row + self._shift > _LAST_ROW:
                break
            text = as_text("\n".join(dict.fromkeys(mark.texts)), _COMMENT_LENGTH)
            text = f"{label('severity', str(mark.severity)).capitalize()}\n{text}"
            lines = sum(len(line) // 45 + 1 for line in text.splitlines())
            options = {"author": "Disperindag Jawa Timur", "width": 320, "height": 24 + 15 * min(lines, 22)}
            self._target.write_comment(row + self._shift - 1, column - 1, text, options)
            taken += 1
        return taken

    def _write_status(self) -> None:
        if not self._statuses:
            return
        heading = self._styles.heading()
        first = min(self._marks.header_rows, default=1) + self._shift - 1
        for offset, key in enumerate(("status", "notes")[: 1 + bool(self._notes)]):
            self._target.write_string(first, self._status_column + offset, label("answer", key), heading)
        colours = {label("answer.row", kind): colour for kind, colour in _COLOURS.items()}
        for number, status in self._statuses.items():
            row = number + self._shift - 1
            if row == first or not 0 <= row < _LAST_ROW:
                continue
            mixed = MUST if status[:1].isdigit() else GREY
            # Room on its left: figures of the office end where it begins.
            colour = colours.get(status, mixed)
            style = self._styles.of(font_color=colour, bold=status in colours, align="left", indent=1)
            self._target.write_string(row, self._status_column, status, style)
            if notes := self._notes.get(number):
                self._target.set_row(row, height_of([(notes, _NOTES_WIDTH)]))
                self._target.write_string(
                    row, self._status_column + 1, as_text(notes), self._styles.of(text_wrap=True)
                )

    def _set_up(self) -> None:
        target, column = self._target, self._status_column
        for at, width in enumerate(self._widths()):
            target.set_column(at, at, width)
        if self._statuses:
            target.set_column(column, column, _STATUS_WIDTH)
        if self._notes:
            target.set_column(column + 1, column + 1, _NOTES_WIDTH)
        wide = sum(self._widths()) + bool(self._statuses) * _STATUS_WIDTH + bool(self._notes) * _NOTES_WIDTH
        header = min(self._marks.header_rows, default=0) + self._shift
        if 0 < header < 30:
            target.freeze_panes(header, 0)
            target.repeat_rows(header - 1)
        if self._sheet.is_partial:
            target.set_default_row(hide_unused_rows=True)
        print_setup(target, self._foot, landscape=True, width=wide)
        # Findings name cells; on paper nothing else says which is meant, nor which pages go side by side.
        target.print_row_col_headers()

    def _widths(self) -> Sequence[int]:
        widths = [8] * self._status_column
        for _, _, cells in self._sheet.rows[:_MEASURED_ROWS]:
            for offset, cell in enumerate(cells):
                at = self._sheet.first_column - 1 + offset
                if at < len(widths):
                    widths[at] = max(widths[at], min(len(plain_text(cell)) + 2, 40))
        return widths


def shift_of(sheet: ShownSheet) -> int:
    """How many rows further down a sheet is shown: records of JSON need a header above the first one."""
    has_row_0 = any(number == 0 for number, _, _ in sheet.rows[:1])
    return int(has_row_0 or any(entry.get("header_row") == 0 for entry in sheet.entries))


def shown_cell(cell: str | None, shift: int) -> str | None:
    """A cell's name where its sheet is shown further down."""
    place = cell_place(cell)
    if cell is None or place is None or not shift:
        return cell
    return f"{cell.rstrip('0123456789')}{place[0] + shift}"


def as_text(text: str, length: int = _TEXT_LENGTH) -> str:
    """Text as a cell takes it: not too long, and nothing that is no character."""
    text = text if len(text) <= length else text[: length - 1] + "…"
    return text.encode("utf-8", "replace").decode("utf-8")


def print_setup(
    sheet: "Worksheet", foot: str = "", *, landscape: bool, gridlines: bool = True, width: int = 0
) -> None:
    """As few pages of A4 beside each other as can be read; lines between cells that have none of their own.

    Args:
        sheet: The sheet.
        foot: What stands at the foot of each page, beside the sheet's name and the page's number.
        landscape: Across.
        gridlines: Whether lines are printed between cells.
        width: Of all columns together, where that may be more than a page takes.
    """
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(max(-(-width // _PAGE_WIDTH), 1), 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    # An ampersand is a command there, and 255 characters are all that fits.
    said = (foot if len(foot) <= _FOOT_LENGTH else foot[: _FOOT_LENGTH - 1] + "…").replace("&", "&&")
    sheet.set_footer(f"&L&8{said}&R&8&A  &P/&N" if said else "&L&A&R&P/&N")
    sheet.hide_gridlines(0 if gridlines else 2)
