"""The sheet of findings: all that are listed, those that must be mended first."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from lumbung.contracts.model import Severity
from lumbung.feedback.heights import height_of
from lumbung.feedback.model import Answer, Count, Finding
from lumbung.feedback.office_sheets import as_text, print_setup, shown_cell
from lumbung.feedback.styles import Styles
from lumbung.labels import format_number, label

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_NAME, _LEVEL, _SHEET, _CELL, _COLUMN, _VALUE, _RULE, _MESSAGE, _REMEDY, _EXPLANATION = range(10)
_WIDTHS = (21, 11, 11, 8, 12, 13, 8, 36, 36, 22)
"""Together as wide as can still be read on a page of A4 across."""


def write_findings(
    target: "Worksheet", styles: Styles, answer: Answer, shifts: Mapping[str, int], foot: str
) -> None:
    """Write the list; `lumbung explain --workbook` reads its columns for the name and the explanation back.

    Args:
        target: The sheet.
        styles: The workbook's formats.
        answer: What is said about the file.
        shifts: How many rows further down an office's sheet is shown.
        foot: What stands at the foot of a printed page.
    """
    headers = [
        label("feedback.finding_id"), label("answer.level"), label("answer.sheet"), label("answer.cell"),
        label("answer.column"), label("answer.value"), label("answer.rule"), label("answer.message"),
        label("answer.remedy"), label("feedback.explanation"),
    ]  # fmt: skip
    for column, header in enumerate(headers):
        target.write_string(0, column, header, styles.heading())
        target.set_column(column, column, _WIDTHS[column])
    row = 1
    counts = {count.rule_id: count for count in answer.counts}
    told: set[str] = set()
    number = 0
    for rule_id, group in groupby(answer.in_order(), key=lambda one: one.rule_id):
        for finding in group:
            number += 1
            _write_finding(target, row, number, finding, styles, shifts.get(finding.sheet or "", 0))
            row += 1
        told.add(rule_id)
        row += _write_more(target, row, counts.get(rule_id), styles)
    for count in _not_listed(answer.counts, told):
        row += _write_more(target, row, count, styles)
    if row == 1:
        target.write_string(1, _MESSAGE, label("answer.no_findings"), styles.body())
        row = 2
    target.freeze_panes(1, 0)
    target.autofilter(0, 0, row - 1, len(headers) - 1)
    target.repeat_rows(0)
    print_setup(target, foot, landscape=True, gridlines=False)


def _write_finding(
    target: "Worksheet", row: int, number: int, finding: Finding, styles: Styles, shift: int
) -> None:
    plain, severity = styles.body(), str(finding.severity)
    place = shown_cell(finding.cell, shift)
    if place is None and finding.row_number is not None:
        place = label("answer.whole_row").format(row=finding.row_number + shift)
    texts = (
        (_NAME, finding.name or str(number), plain),
        (_LEVEL, label("severity", severity), styles.body(severity)),
        (_SHEET, finding.sheet, plain),
        (_CELL, place, plain),
        (_COLUMN, finding.column_name, plain),
        (_VALUE, finding.value, plain),
        (_RULE, finding.rule_id, plain),
        (_MESSAGE, finding.message, plain),
        (_REMEDY, finding.remedy, plain),
    )
    target.set_row(row, height_of((text or "", _WIDTHS[column]) for column, text, _ in texts))
    for column, text, style in texts:
        target.write_string(row, column, as_text(text or ""), style) if text else target.write_blank(
            row, column, None, style
        )
    if finding.severity == Severity.KONFIRMASI:
        to_fill = styles.body(bg_color="#FFFBE6")
        if finding.explanation:
            target.write_string(row, _EXPLANATION, as_text(finding.explanation), to_fill)
        else:
            target.write_blank(row, _EXPLANATION, None, to_fill)
    else:
        said = label("answer.released") if finding.is_released else ""
        target.write_string(row, _EXPLANATION, said, styles.body(bg_color="#E9ECEF"))


def _write_more(target: "Worksheet", row: int, count: Count | None, styles: Styles) -> int:
    """Say how many findings of a rule are not listed; how many rows that took."""
    if count is None or count.total <= count.listed:
        return 0
    more = format_number(count.total - count.listed)
    text = label("answer.and_more").format(count=more, rule=count.rule_id)
    level = label("severity", str(count.severity))
    target.set_row(row, height_of([(level, _WIDTHS[_LEVEL]), (text, _WIDTHS[_MESSAGE])]))
    target.write_string(row, _LEVEL, level, styles.body(str(count.severity)))
    target.write_string(row, _RULE, count.rule_id, styles.body())
    target.write_string(row, _MESSAGE, text, styles.body(italic=True))
    return 1


def _not_listed(counts: Iterable[Count], told: set[str]) -> Iterable[Count]:
    return (count for count in counts if count.rule_id not in told and count.total)
