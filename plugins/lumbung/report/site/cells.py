"""A cell as HTML: the figure as it is read, its exact value beside it, and a reason where there is none."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from lumbung import labels
from lumbung.clock import JAKARTA
from lumbung.report.drawing.lines import spark
from lumbung.report.site.tables import DATED, DECIMALS, NUMERIC, Column
from lumbung.report.words import unbroken

MARKS: Mapping[str, tuple[str, str]] = {
    "above": ("up", "bad"),
    "within": ("square", "calm"),
    "below": ("down", "low"),
    "no_data": ("hatch", "quiet"),
    "accepted": ("full", "good"),
    "accepted_with_notes": ("dot", "note"),
    "partially_accepted": ("half", "warn"),
    "rejected": ("cross", "bad"),
    "received": ("full", "good"),
    "late": ("half", "warn"),
    "awaited": ("ring", "quiet"),
    "not_obliged": ("dash", "quiet"),
    "abnormally_high": ("up", "bad"),
    "moderately_high": ("up", "warn"),
    "normal": ("square", "calm"),
    "moderately_low": ("down", "low"),
    "abnormally_low": ("down", "low"),
    "stress": ("half", "warn"),
    "alert": ("up", "warn"),
    "crisis": ("up", "bad"),
    "received_late": ("half", "warn"),
    "returned": ("cross", "bad"),
    "missing": ("ring", "bad"),
    "short": ("cross", "bad"),
    "enough": ("full", "good"),
}
"""Shape and tone of each status: both say the same, so that colour is never needed."""

_EXACT_DECIMALS = 6


@cache
def mark(code: str) -> Markup:
    """The small shape of a status; decoration beside its word."""
    shape, tone = MARKS[code]
    return Markup('<svg class="mark {}" aria-hidden="true"><use href="#m-{}"/></svg>').format(tone, shape)


def shown(column: Column, value: Any) -> str:
    """A figure as it is read on a page."""
    if value is None:
        return labels.NO_VALUE
    if column.kind == "change":
        return labels.format_percent(value, DECIMALS["change"], signed=True).removesuffix(" %")
    if column.kind in NUMERIC:
        return labels.format_number(value, DECIMALS[column.kind])
    if column.kind == "date":
        return labels.format_date(value, short=True)
    if column.kind == "month":
        return month(value)
    if column.kind == "instant":
        return short_instant(value)
    return str(value)


def month(day: date) -> str:
    """A month: Juli 2026."""
    return f"{labels.label('month', str(day.month))} {day.year}"


def short_instant(instant: datetime) -> str:
    """An instant for narrow columns: 28 Jul 2026, 20.05."""
    local = instant.astimezone(JAKARTA)
    return f"{labels.format_date(local.date(), short=True)}, {local:%H.%M}"


def exact(column: Column, value: Any) -> str | None:
    """The unrounded figure in words, where reading it rounded lost something."""
    decimals = DECIMALS[column.kind]
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if isinstance(value, int) or number == round(number, decimals):
        return None
    text = labels.format_number(number, _EXACT_DECIMALS)
    return text.rstrip("0").rstrip(",")


def cell(column: Column, row: Mapping[str, Any], root: str) -> Markup:
    """One cell of a row.

    A page has thousands: text is escaped piece by piece, which is many times faster than formatting Markup.

    Args:
        column: The column.
        row: The row.
        root: Way from the page to the release's folder, ``""`` or ``"../"``.
    """
    if column.kind == "spark":
        return Markup(f'<td class="spark">{spark(row.get(column.key))}</td>')  # noqa: S704 - is Markup
    value = row.get(column.key)
    tag, attributes = ("th", ' scope="row"') if column.is_head else ("td", "")
    if column.kind in NUMERIC:
        attributes += ' class="n"'
        if value is not None:
            attributes += f' data-v="{escape(value)}"'
            if (precise := exact(column, value)) is not None:
                attributes += f' title="{precise}"'
    elif column.key == "file_name":
        attributes += ' class="file"'
    elif column.kind == "mark":
        attributes += ' class="g"'
    elif column.kind in DATED and value is not None:
        attributes += f' class="d" data-v="{value.isoformat()}"'
    content = _content(column, row, value, root)
    return Markup(f"<{tag}{attributes}>{content}</{tag}>")  # noqa: S704 - every part is escaped


def _content(column: Column, row: Mapping[str, Any], value: Any, root: str) -> str:
    """What stands in a cell, as HTML."""
    if column.kind == "receipts":
        return receipts(value or [], root)
    if value is None:
        if reason := column.reason(row):
            words = escape(reason)
            return f'<span class="none" title="{words}">–<span class="vh"> {words}</span></span>'
        return '<span class="none">–</span>'
    if column.kind == "status":
        words = escape(column.words(row))
        return f'<span class="status">{mark(str(value))}{words}</span>' if str(value) in MARKS else words
    if column.kind == "mark":
        return f'{mark(str(value))}<span class="vh">{escape(column.words(row))}</span>'
    if column.kind == "message":
        return row.get(f"{column.key}_html") or f'<span class="message">{escape(unbroken(value))}</span>'
    text: str = escape(shown(column, value))
    if code := row.get(f"{column.key}_mark"):
        words = escape(labels.label("stock_status", code))
        text = f'{mark(code)}<span class="vh">{words} </span>{text}'
    if href := row.get(f"{column.key}_href"):
        text = f'<a href="{escape(root + href)}">{text}</a>'
    if aside := row.get(f"{column.key}_aside"):
        text = f'{text} <span class="aside">{escape(aside)}</span>'
    return text


def receipts(submissions: list[str], root: str) -> Markup:
    """Receipt numbers, each leading to the submission's line on its office's page."""
    if not submissions:
        return Markup('<span class="none">–</span>')
    links = " ".join(
        f'<a href="{escape(root + receipt_href(name))}">{escape(name)}</a>' for name in submissions
    )
    return Markup(f'<span class="receipts">{links}</span>')  # noqa: S704 - every part is escaped


def receipt_href(submission_id: str) -> str:
    """Where a submission is shown, from the release's folder."""
    return f"daerah/{submission_id[:4]}.html#{submission_id}"
