"""The sheet `Petunjuk` of a template: what to fill in, by when, how to send it, the rules, whom to call."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from lumbung.feedback import words
from lumbung.feedback.heights import height_of
from lumbung.feedback.office_sheets import as_text, print_setup
from lumbung.feedback.styles import ACCENT, GREY, Styles
from lumbung.labels import format_date, format_instant, format_number, label
from lumbung.offices.input_checks import limits_of
from lumbung.offices.prefill import in_words
from lumbung.offices.rule_list import of_the_data, published

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from lumbung.offices.template import Template

_WIDTHS = (24, 19, 50, 30)
_FIRST = "#EAF2F8"
_HEAD_POINTS = 20


class _Page:
    """Writes down the page, one line after the other."""

    def __init__(self, target: "Worksheet", styles: Styles) -> None:
        self._target, self._styles = target, styles
        self._row = 0

    def line(self, text: str, size: int = 10, **properties: object) -> None:
        """A line over all columns."""
        style = self._styles.of(text_wrap=True, font_size=size, valign="vcenter", **properties)
        self._target.merge_range(self._row, 0, self._row, len(_WIDTHS) - 1, "", style)
        self._target.write_string(self._row, 0, as_text(text), style)
        self._end(height_of([(text, sum(_WIDTHS))], size))

    def section(self, key: str) -> None:
        """A heading, after some room."""
        self._row += 1
        style = self._styles.of(bold=True, font_color=ACCENT, font_size=11, bottom=1, bottom_color=ACCENT)
        for column in range(len(_WIDTHS)):
            self._target.write_blank(self._row, column, None, style)
        self._target.write_string(self._row, 0, label("template", key), style)
        self._row += 1

    def fact(self, name: str, value: str) -> None:
        """A word and what it is."""
        self._target.write_string(self._row, 0, name, self._styles.of(font_color=GREY, text_wrap=True))
        style = self._styles.of(text_wrap=True, bold=True)
        self._target.merge_range(self._row, 1, self._row, len(_WIDTHS) - 1, "", style)
        self._target.write_string(self._row, 1, as_text(value), style)
        self._end(height_of([(name, _WIDTHS[0]), (value, sum(_WIDTHS[1:]))]))

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table over all columns."""
        for column, head in enumerate(heads):
            self._target.write_string(self._row, column, head, self._styles.heading())
        self._end(_HEAD_POINTS)
        for row in rows:
            for column, cell in enumerate(row):
                style = self._styles.body(bg_color=_FIRST) if column == 0 else self._styles.body()
                self._target.write_string(self._row, column, as_text(cell), style)
            self._end(height_of(zip(row, _WIDTHS, strict=True)))

    def repeat_next_row(self) -> None:
        """Let the row that comes next stand at the head of the printed pages after its own too."""
        self._target.repeat_rows(self._row)

    def _end(self, points: float) -> None:
        self._target.set_row(self._row, points)
        self._row += 1


def write_guide(target: "Worksheet", styles: Styles, template: "Template", help_desk: str) -> None:
    """Write the sheet.

    Args:
        target: The sheet.
        styles: The workbook's formats.
        template: What the workbook is for.
        help_desk: Whom to call, '' where nobody is named.
    """
    contract = template.contract
    for column, width in enumerate(_WIDTHS):
        target.set_column(column, column, width)
    page = _Page(target, styles)
    page.line(label("template.guide_title").format(title=contract.title), 14, bold=True, font_color=ACCENT)
    for_whom = label("template.guide_for").format(office=template.office, code=template.regency_code)
    page.line(for_whom, 11, bold=True)
    page.section("section_about")
    page.line(contract.description)
    page.section("section_fill")
    for number, text in enumerate(_steps(template), start=1):
        page.line(f"{number}. {text}")
    page.section("section_due")
    _write_dates(page, template)
    page.section("section_send")
    _write_sending(page, template)
    page.section("section_columns")
    _write_columns(page, template)
    page.section("section_rules")
    page.line(label("rules.must_means"))
    page.line(label("rules.ask_means"))
    heads = [label("rules", key) for key in ("name", "severity", "message", "remedy")]
    rules = sorted(of_the_data(published(contract)), key=lambda rule: rule.rule_id)
    page.repeat_next_row()
    page.table(heads, [(f"{r.rule_id} {r.name}", r.severity, r.message, r.remedy) for r in rules])
    page.section("section_contact")
    page.line(words.contact(help_desk, is_trial=True))
    print_setup(target, landscape=False, gridlines=False)


def _steps(template: "Template") -> list[str]:
    if not template.rows:
        start = "empty"
    elif any(field.blank_skips_row for field in template.contract.fields):
        start = "prefilled"
    else:
        start = "prefilled_all"
    keys = ("rows", "colours", start, "lists", "numbers", "pasting", "more")
    known = {"sheet": template.sheet, "last": format_number(template.last_row)}
    return [label("template.fill", key).format(**known) for key in keys]


def _write_dates(page: _Page, template: "Template") -> None:
    calendar, period = template.contract.calendar, template.period
    days = label("template.due.same_day")
    if calendar.due_days_after:
        days = label("template.due.days_after").format(days=calendar.due_days_after)
    page.line(label("template.due", calendar.period).format(time=f"{calendar.due_time:%H.%M}", days=days))
    page.line(label("template.due.lock_words").format(days=calendar.lock_days_after))
    page.fact(label("template.due.period"), in_words(calendar.period, period))
    page.fact(label("template.due.due"), format_instant(words.due_at(calendar, period.last)))
    lock = period.last + timedelta(days=calendar.lock_days_after + 1)
    page.fact(label("template.due.lock"), format_date(lock))


def _write_sending(page: _Page, template: "Template") -> None:
    for key in ("save", "channel", "answer"):
        page.line(label("template.send", key))
    policy = template.contract.row_policy
    page.line(
        label("template.send", f"policy_{policy.kind}").format(limit=format_number(policy.max_held_pct))
    )


def _write_columns(page: _Page, template: "Template") -> None:
    heads = [label("template", key) for key in ("column", "must", "meaning", "example_head")]
    rows = []
    for field in template.contract.fields:
        limits = "" if field.name == "year" else limits_of(template.contract, field).words
        meaning = f"{field.description} {limits[:1].upper()}{limits[1:]}{'.' if limits else ''}".strip()
        must = label("template.yes" if field.required else "template.no")
        rows.append((field.label, must, meaning, ", ".join(field.examples)))
    page.table(heads, rows)
