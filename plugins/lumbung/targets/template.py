"""The workbook of targets to fill in: one row per indicator and place, lists to choose from, instructions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lumbung.feedback.books import new_workbook
from lumbung.feedback.guide_page import GuidePage
from lumbung.feedback.office_sheets import as_text, print_setup
from lumbung.feedback.styles import ACCENT, FILLED, FRAME, GREY, NOT_NEEDED, Styles
from lumbung.labels import label
from lumbung.reference import PROVINCE, Indicator, Reference, seed_rows
from lumbung.settings import Settings
from lumbung.targets.layout import COLUMNS, title_of
from lumbung.targets.model import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

EMPTY_ROWS = 500
"""Rows below the prefilled ones that have drop-downs and input checks too."""
_WIDTHS = {
    "indicator": 20, "indicator_name": 32, "unit": 9, "regency": 25, "year": 8, "period": 10, "version": 13,
    "value": 15, "lower": 10, "upper": 10, "decree": 28, "decided_on": 13, "effective_from_on": 13,
    "cause": 36, "follow_up": 36,
}  # fmt: skip
_MUST = frozenset({"indicator", "regency", "year", "value", "decree", "decided_on", "effective_from_on"})
_PERIODS = ("Tahunan", "TW1", "TW2", "TW3", "TW4")
_VERSIONS_LISTED = 5
_GUIDE_WIDTHS = (24, 86)
_HEAD_POINTS = 16.5
_STEPS = ("step_rows", "step_known", "step_change", "step_quarter", "step_notes", "step_numbers")
_JUDGED = ("judged_higher", "judged_lower", "judged_range", "judged_zero", "judged_bands")


@dataclass(frozen=True)
class Place:
    """The province or a regency: its code, and its name as the lists have it."""

    code: str
    name: str


def places_of(reference: Reference, regency_code: str | None) -> list[Place]:
    """The province and all regencies, or the one asked for."""
    province = Place(PROVINCE, label("targets.province"))
    places = [province, *(Place(one.code, one.name) for one in reference.regencies.values())]
    return [one for one in places if regency_code is None or one.code == regency_code]


def obliged_in(settings: Settings, year: int) -> frozenset[tuple[str, str]]:
    """Indicator and regency of every obligation of a year (seed target_obligations)."""
    return frozenset(
        (row["indicator_code"], row["regency_code"])
        for row in seed_rows(settings.seeds, "target_obligations")
        if int(row["from_year"]) <= year <= int(row["to_year"] or year)
    )


def write_template(
    path: Path,
    reference: Reference,
    obliged: frozenset[tuple[str, str]],
    year: int,
    regency_code: str | None = None,
) -> int:
    """Write the workbook, at once in its place; the same lists give the same bytes.

    Args:
        path: Where to; its folder must be there.
        reference: The lists of indicators and regencies.
        obliged: Indicator and regency of every obligation: others have no row.
        year: Of the targets.
        regency_code: For one place only; None = the province and all regencies.

    Returns:
        How many rows wait to be filled in.

    Raises:
        OSError: The file could not be written.
    """
    temporary = path.with_name(path.name + ".part")
    created = datetime(year, 1, 1)  # noqa: DTZ001 - a file property without a zone
    book = new_workbook(temporary, f"{label('targets.title')} {year}", created)
    styles = Styles(book)
    names = (label("targets.sheet"), label("template.sheet_guide"), label("template.sheet_lists"))
    data, guide, lists = (book.add_worksheet(name) for name in names)
    rows = [
        (indicator, place)
        for indicator in reference.indicators.values()
        for place in places_of(reference, regency_code)
        if place.code == PROVINCE or (indicator.code, place.code) in obliged
    ]
    ranges = _write_lists(lists, styles, reference)
    _write_data(data, styles, rows, year, ranges)
    _write_guide(guide, styles, year)
    book.close()
    temporary.replace(path)
    return len(rows)


def _write_lists(target: "Worksheet", styles: Styles, reference: Reference) -> dict[str, str]:
    """Write the sheet of lists; the ranges to choose from come back by column."""
    from xlsxwriter.utility import xl_range_abs

    indicators = list(reference.indicators.values())
    blocks: list[tuple[str, str | None, Sequence[str], int]] = [
        ("indicator", "indicator", [one.code for one in indicators], 22),
        ("name", None, [one.name for one in indicators], 36),
        ("unit", None, [label("template.measure", one.unit) for one in indicators], 10),
        ("direction", None, [label("targets.direction", one.direction) for one in indicators], 24),
        ("over_time", None, [label("targets.over_time", one.over_time) for one in indicators], 28),
        ("regency", "regency", [one.name for one in places_of(reference, None)], 26),
        ("period", "period", _PERIODS, 12),
        ("version", "version", [_version(number) for number in range(_VERSIONS_LISTED + 1)], 14),
    ]
    ranges, column = {}, 0
    for key, chosen, cells, width in blocks:
        target.write_string(0, column, label("targets.list", key), styles.heading())
        for row, cell in enumerate(cells, start=1):
            target.write_string(row, column, as_text(cell), styles.body())
        target.set_column(column, column, width)
        if chosen:
            range_ = xl_range_abs(1, column, len(cells), column)
            ranges[chosen] = f"={label('template.sheet_lists')}!{range_}"
        column += 1
        if key in ("over_time", "regency", "period"):
            target.set_column(column, column, 3)
            column += 1
    target.set_row(0, 20)
    target.freeze_panes(1, 0)
    print_setup(target, landscape=True, gridlines=False)
    return ranges


def _version(number: int) -> str:
    return label("targets.version", "adjusted" if number else "original").format(number=number)


def _write_data(
    target: "Worksheet",
    styles: Styles,
    rows: Sequence[tuple[Indicator, Place]],
    year: int,
    ranges: dict[str, str],
) -> None:
    last = len(rows) + EMPTY_ROWS
    for column, name in enumerate(COLUMNS):
        colour = ACCENT if name in _MUST else GREY
        style = styles.of(
            bold=True, font_color="#FFFFFF", bg_color=colour, text_wrap=True, border=1, border_color=FRAME,
            valign="vcenter",
        )  # fmt: skip
        target.write_string(0, column, title_of(name), style)
        hint = label("targets.hint", name)
        target.write_comment(0, column, hint, {"x_scale": 1.8, "author": "Lumbung", "font_size": 9})
        target.set_column(column, column, _WIDTHS[name], _cell_style(styles, name))
        if check := _check(name, ranges.get(name)):
            target.data_validation(1, column, last, column, check)
    for row, (indicator, place) in enumerate(rows, start=1):
        known: dict[str, str | int] = {
            "indicator": indicator.code,
            "indicator_name": indicator.name,
            "unit": label("template.measure", indicator.unit),
            "regency": place.name,
            "year": year,
            "period": _PERIODS[0],
            "version": _version(0),
        }
        unused = ("value",) if indicator.direction == "range" else ("lower", "upper")
        for column, name in enumerate(COLUMNS):
            _write_cell(target, styles, row, column, name, known.get(name), name in unused)
    target.set_row(0, 32)
    target.freeze_panes(1, 4)
    target.repeat_rows(0)
    target.autofilter(0, 0, last, len(COLUMNS) - 1)
    target.print_area(0, 0, max(len(rows), 1), len(COLUMNS) - 1)
    target.set_selection(1, COLUMNS.index("value"), 1, COLUMNS.index("value"))
    print_setup(target, landscape=True)
    target.fit_to_pages(1, 0)


def _write_cell(
    target: "Worksheet",
    styles: Styles,
    row: int,
    column: int,
    name: str,
    known: str | int | None,
    is_unused: bool,
) -> None:
    frame: dict[str, Any] = {"border": 1, "border_color": FRAME}
    if known is None:
        colour = {"bg_color": NOT_NEEDED} if is_unused else {}
        target.write_blank(row, column, None, _cell_style(styles, name, **frame, **colour))
    elif isinstance(known, int):
        target.write_number(row, column, known, _cell_style(styles, name, bg_color=FILLED, **frame))
    else:
        target.write_string(row, column, as_text(known), _cell_style(styles, name, bg_color=FILLED, **frame))


def _cell_style(styles: Styles, name: str, **properties: Any) -> "Format":
    form: dict[str, Any] = {"num_format": "@"}  # so that a decree's 3.31.02 stays what it is
    if name in ("decided_on", "effective_from_on"):
        form = {"num_format": "dd/mm/yyyy", "align": "left"}
    elif name == "year":
        form = {"num_format": "0", "align": "left"}
    elif name in ("value", "lower", "upper"):
        form = {"num_format": "General"}
    elif name in ("cause", "follow_up"):
        form = {"num_format": "@", "text_wrap": True}
    return styles.of(valign="vcenter", **form, **properties)


def _check(name: str, choices: str | None) -> dict[str, Any] | None:
    """What a cell takes, told to the spreadsheet."""
    told = {"error_title": title_of(name)[:32], "error_message": label("targets.hint", name)[:255]}
    if choices:
        return {"validate": "list", "source": choices} | told
    match name:
        case "year":
            return {
                "validate": "integer",
                "criteria": "between",
                "minimum": FIRST_YEAR,
                "maximum": LAST_YEAR,
            } | told
        case "value" | "lower" | "upper":
            return {
                "validate": "decimal",
                "criteria": "between",
                "minimum": -(10**15),
                "maximum": 10**15,
            } | told
        case "decided_on" | "effective_from_on":
            bounds = {"minimum": date(FIRST_YEAR - 2, 1, 1), "maximum": date(LAST_YEAR, 12, 31)}
            return {"validate": "date", "criteria": "between"} | bounds | told
    return None


def _write_guide(target: "Worksheet", styles: Styles, year: int) -> None:
    page = GuidePage(target, styles, _GUIDE_WIDTHS, _HEAD_POINTS)
    page.line(label("targets.guide.title").format(year=year), 14, bold=True, font_color=ACCENT)
    page.section(label("targets.guide.about"))
    page.line(label("targets.guide.about_text"))
    page.section(label("targets.guide.steps"))
    for number, key in enumerate(_STEPS, start=1):
        page.line(f"{number}. {label('targets.guide', key)}")
    page.section(label("targets.guide.columns"))
    heads = (label("targets.guide.column"), label("targets.guide.meaning"))
    page.table(heads, [(title_of(name), label("targets.hint", name)) for name in COLUMNS])
    page.section(label("targets.guide.judged"))
    for key in _JUDGED:
        page.line(label("targets.guide", key))
    page.section(label("targets.guide.send"))
    page.line(label("targets.guide.send_text"))
    print_setup(target, landscape=False, gridlines=False)
