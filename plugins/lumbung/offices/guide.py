"""The sheet `Petunjuk` of a template: what to fill in, by when, how to send it, the rules, whom to call."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lumbung.feedback import words
from lumbung.feedback.guide_page import GuidePage
from lumbung.feedback.office_sheets import print_setup
from lumbung.feedback.styles import ACCENT, Styles
from lumbung.labels import format_date, format_instant, format_number, label
from lumbung.offices.input_checks import limits_of
from lumbung.offices.prefill import in_words
from lumbung.offices.rule_list import of_the_data, published

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from lumbung.offices.template import Template

_WIDTHS = (24, 19, 50, 30)
_HEAD_POINTS = 20


def write_guide(target: "Worksheet", styles: Styles, template: "Template", help_desk: str) -> None:
    """Write the sheet.

    Args:
        target: The sheet.
        styles: The workbook's formats.
        template: What the workbook is for.
        help_desk: Whom to call, '' where nobody is named.
    """
    contract = template.contract
    page = GuidePage(target, styles, _WIDTHS, _HEAD_POINTS)
    page.line(label("template.guide_title").format(title=contract.title), 14, bold=True, font_color=ACCENT)
    for_whom = label("template.guide_for").format(office=template.office, code=template.regency_code)
    page.line(for_whom, 11, bold=True)
    page.section(label("template.section_about"))
    page.line(contract.description)
    page.section(label("template.section_fill"))
    for number, text in enumerate(_steps(template), start=1):
        page.line(f"{number}. {text}")
    page.section(label("template.section_due"))
    _write_dates(page, template)
    page.section(label("template.section_send"))
    _write_sending(page, template)
    page.section(label("template.section_columns"))
    _write_columns(page, template)
    page.section(label("template.section_rules"))
    page.line(label("rules.must_means"))
    page.line(label("rules.ask_means"))
    heads = [label("rules", key) for key in ("name", "severity", "message", "remedy")]
    rules = sorted(of_the_data(published(contract)), key=lambda rule: rule.rule_id)
    page.repeat_next_row()
    page.table(heads, [(f"{r.rule_id} {r.name}", r.severity, r.message, r.remedy) for r in rules])
    page.section(label("template.section_contact"))
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


def _write_dates(page: GuidePage, template: "Template") -> None:
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


def _write_sending(page: GuidePage, template: "Template") -> None:
    for key in ("save", "channel", "answer"):
        page.line(label("template.send", key))
    policy = template.contract.row_policy
    page.line(
        label("template.send", f"policy_{policy.kind}").format(limit=format_number(policy.max_held_pct))
    )


def _write_columns(page: GuidePage, template: "Template") -> None:
    heads = [label("template", key) for key in ("column", "must", "meaning", "example_head")]
    rows = []
    for field in template.contract.fields:
        limits = "" if field.name == "year" else limits_of(template.contract, field).words
        meaning = f"{field.description} {limits[:1].upper()}{limits[1:]}{'.' if limits else ''}".strip()
        must = label("template.yes" if field.required else "template.no")
        rows.append((field.label, must, meaning, ", ".join(field.examples)))
    page.table(heads, rows)
