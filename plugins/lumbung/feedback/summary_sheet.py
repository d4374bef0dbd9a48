"""The first sheet: the verdict, what to do now, what was counted, how to send again, whom to call."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lumbung.contracts.model import Severity
from lumbung.feedback import words
from lumbung.feedback.heights import height_of
from lumbung.feedback.model import Answer
from lumbung.feedback.office_sheets import as_text, print_setup
from lumbung.feedback.styles import ACCENT, GREY, VERDICT_COLOURS, Styles
from lumbung.labels import format_date, format_instant, format_number, label

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_LABEL, _VALUE, _LEVEL, _TOTAL = range(4)
_WIDTHS = (26, 52, 18, 10)


class _Sheet:
    """Writes down the page, one line after the other.

    Figures are written as text: a spreadsheet would show them as its own country does, 3,601 for 3.601.
    """

    def __init__(self, target: "Worksheet", styles: Styles) -> None:
        self._target, self._styles = target, styles
        self._row = 0

    def line(self, text: str, size: int = 10, **properties: object) -> None:
        """A line of text over all columns."""
        style = self._styles.of(text_wrap=True, font_size=size, valign="vcenter", **properties)
        self._target.merge_range(self._row, _LABEL, self._row, _TOTAL, "", style)
        self._target.write_string(self._row, _LABEL, as_text(text), style)
        self._target.set_row(self._row, height_of([(text, sum(_WIDTHS))], size))
        self._row += 1

    def section(self, key: str) -> None:
        """A heading, after some room."""
        self._row += 1
        style = self._styles.of(bold=True, font_color=ACCENT, font_size=11, bottom=1, bottom_color=ACCENT)
        for column in range(_TOTAL + 1):
            self._target.write_blank(self._row, column, None, style)
        self._target.write_string(self._row, _LABEL, label("answer", key), style)
        self._row += 1

    def fact(self, key: str, value: str | int) -> None:
        """A word and what it is."""
        name, over = label("answer", key), sum(_WIDTHS[_VALUE:])
        text = format_number(value) if isinstance(value, int) else value
        self._target.write_string(self._row, _LABEL, name, self._styles.of(font_color=GREY, valign="vcenter"))
        style = self._styles.of(text_wrap=True, valign="vcenter")
        self._target.merge_range(self._row, _VALUE, self._row, _TOTAL, "", style)
        self._target.write_string(self._row, _VALUE, as_text(text), style)
        self._target.set_row(self._row, height_of([(text, over)]))
        self._row += 1

    def table_row(
        self, cells: Sequence[str | int], severity: str | None = None, is_head: bool = False
    ) -> None:
        """A row of the table of rules."""
        for column, cell in enumerate(cells):
            if is_head:
                self._target.write_string(self._row, column, str(cell), self._styles.heading())
            elif isinstance(cell, int):
                style = self._styles.body(align="right")
                self._target.write_string(self._row, column, format_number(cell), style)
            else:
                style = self._styles.body(severity if column == _LEVEL else None)
                self._target.write_string(self._row, column, as_text(cell), style)
        self._row += 1


def write_summary(
    target: "Worksheet",
    styles: Styles,
    answer: Answer,
    help_desk: str,
    remarks: Sequence[str],
    *,
    shows_sheets: bool,
) -> None:
    """Write the sheet.

    Args:
        target: The sheet.
        styles: The workbook's formats.
        answer: What is said about the file.
        help_desk: Whom to call, '' where nobody is named.
        remarks: What must be known about the sheets that follow.
        shows_sheets: Whether any follow.
    """
    for column, width in enumerate(_WIDTHS):
        target.set_column(column, column, width)
    sheet = _Sheet(target, styles)
    colour = VERDICT_COLOURS.get(str(answer.verdict), ACCENT)
    if answer.is_withdrawn:
        colour = GREY
    sheet.line(words.verdict_line(answer), size=14, bold=True, font_color=colour)
    sheet.line(words.next_line(answer), size=11, bold=True)
    for since in words.since_lines(answer):
        sheet.line(since, size=11)
    for remark in remarks:
        sheet.line(remark, font_color=GREY)
    _write_receipt(sheet, answer)
    if not answer.is_ours:
        _write_result(sheet, answer)
    if answer.counts:
        _write_rules(sheet, answer)
    if answer.open(Severity.GALAT) and not answer.is_ours:
        _write_resending(sheet, answer, shows_sheets)
    if answer.findings and shows_sheets:
        sheet.section("section_marks")
        for key in ("marks_galat", "marks_konfirmasi", "marks_status"):
            sheet.line(label("answer", key))
    sheet.section("section_contact")
    sheet.line(words.contact(help_desk, is_trial=answer.is_trial))
    target.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    print_setup(target, words.print_line(answer, help_desk), landscape=False, gridlines=False)


def _write_resending(sheet: _Sheet, answer: Answer, shows_sheets: bool) -> None:
    where = "where" if shows_sheets else "where_unseen"
    sheet.section("section_mend" if answer.is_trial else "section_resend")
    sheet.line(label("answer.resend", where))
    if answer.is_trial:
        sheet.line(label("answer.mend_then"))
        return
    sheet.line(label("answer.resend.name"))
    sheet.line(label("answer.resend", "kept" if answer.rows_accepted else "whole"))


def _write_receipt(sheet: _Sheet, answer: Answer) -> None:
    calendar = answer.contract.calendar
    sheet.section("section_receipt")
    receipt = label("answer.receipt_none") if answer.is_trial else answer.submission_id
    sheet.fact("receipt", receipt)
    sheet.fact("file", answer.file_name)
    sheet.fact("dataset", answer.contract.title)
    sheet.fact("office", f"{answer.office} ({answer.regency_code})")
    if answer.received_at is None:
        sheet.fact("checked_on", format_date(answer.business_date))
    else:
        sheet.fact("received", format_instant(answer.received_at))
        key = "version_after" if answer.supersedes else "version_of"
        sheet.fact(
            "version",
            label("answer", key).format(version=answer.version, previous=answer.supersedes),
        )
    if answer.period_first_on and answer.period_last_on:
        sheet.fact("period", words.period(answer))
        sheet.fact("due", format_instant(words.due_at(calendar, answer.period_last_on)))
        first, last = answer.period_first_on, answer.period_last_on
        sheet.fact("lock", format_date(words.coming_lock(calendar, first, last, answer.business_date)))


def _write_result(sheet: _Sheet, answer: Answer) -> None:
    sheet.section("section_result")
    counted = f"count.{words.unit(answer)}"
    sheet.fact(f"{counted}.total", answer.rows_with_data)
    sheet.fact(f"{counted}.accepted", answer.rows_accepted)
    sheet.fact(f"{counted}.held", answer.rows_held)
    if answer.rows_blank:
        sheet.fact(f"{counted}.blank", answer.rows_blank)
    sheet.fact("galat_count", answer.total(Severity.GALAT))
    sheet.fact("konfirmasi_count", answer.total(Severity.KONFIRMASI))


def _write_rules(sheet: _Sheet, answer: Answer) -> None:
    sheet.section("section_rules")
    heads = [label("answer", key) for key in ("rule", "meaning", "level", "total")]
    sheet.table_row(heads, is_head=True)
    ordered = sorted(answer.counts, key=lambda count: count.severity != Severity.GALAT)
    for count in ordered:
        name = words.rule_name(answer.contract, count.rule_id)
        level = label("severity", str(count.severity))
        sheet.table_row([count.rule_id, name, level, count.total], str(count.severity))
