"""The feedback workbook: what became of the file, every finding, and the office's own sheets with marks."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lumbung.decode.rendering import ShownSheet
from lumbung.feedback import words
from lumbung.feedback.books import new_workbook
from lumbung.feedback.findings_sheet import write_findings
from lumbung.feedback.model import Answer
from lumbung.feedback.office_sheets import COMMENTS, OfficeSheet, shift_of
from lumbung.feedback.rows import safe_names
from lumbung.feedback.styles import Styles
from lumbung.feedback.summary_sheet import write_summary
from lumbung.labels import format_number, label

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook


def write_workbook(path: Path, answer: Answer, sheets: Sequence[ShownSheet], help_desk: str) -> None:
    """Write the workbook, at once in its place; the same answer gives the same bytes.

    Args:
        path: Where to; its folder must be there.
        answer: What there is to say.
        sheets: The office's own sheets; none for a file that could not be opened.
        help_desk: Whom to call, '' where nobody is named.

    Raises:
        OSError: The file could not be written.
    """
    temporary = path.with_name(path.name + ".part")
    book = _book(temporary, answer)
    styles = Styles(book)
    own = (label("answer.sheet_summary"), label("answer.sheet_findings"))
    summary, findings = (book.add_worksheet(name) for name in own)
    names = list(safe_names([sheet.name for sheet in sheets], own))
    foot = words.print_line(answer, help_desk)
    remarks = _remarks(answer, sheets, names)
    write_summary(summary, styles, answer, help_desk, remarks, shows_sheets=bool(sheets))
    write_findings(findings, styles, answer, _shifts(sheets), foot)
    left = COMMENTS
    for sheet, name in zip(sheets, names, strict=True):
        left -= OfficeSheet(book.add_worksheet(name), styles, answer, sheet, foot, left).write()
    book.close()
    temporary.replace(path)


def _book(path: Path, answer: Answer) -> "Workbook":
    day = answer.business_date
    made = answer.received_at or datetime(day.year, day.month, day.day, tzinfo=UTC)
    title = f"{label('answer.receipt')} {answer.submission_id}"
    return new_workbook(path, title, made.astimezone(UTC).replace(tzinfo=None, microsecond=0))


def _shifts(sheets: Sequence[ShownSheet]) -> Mapping[str, int]:
    return {sheet.name: shift_of(sheet) for sheet in sheets}


def _remarks(answer: Answer, sheets: Sequence[ShownSheet], names: Sequence[str]) -> list[str]:
    """What a person must know about the sheets that follow."""
    remarks = []
    if answer.is_trial:
        remarks.append(label("answer.history_unknown"))
    if not sheets and not answer.is_ours:
        remarks.append(label("answer.sheets_none"))
    for sheet, name in zip(sheets, names, strict=True):
        if sheet.name and sheet.name != name:
            remarks.append(label("answer.sheets_renamed").format(sheet=sheet.name, shown=name))
        if sheet.is_partial:
            shown = sum(1 for number, _, _ in sheet.rows if number <= 30)
            total = format_number(sheet.total_rows)
            remarks.append(label("answer.sheets_partial").format(sheet=name, total=total, shown=shown))
        if sheet.is_cut:
            remarks.append(label("answer.sheets_cut").format(sheet=name))
    return remarks
