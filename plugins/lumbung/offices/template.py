"""The workbook that an office fills in: the table with what is known, drop-downs and checks, instructions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lumbung.contracts.model import Contract, Field
from lumbung.feedback.books import new_workbook
from lumbung.feedback.office_sheets import as_text, print_setup
from lumbung.feedback.styles import ACCENT, FILLED, FRAME, GREY, NOT_NEEDED, Styles
from lumbung.labels import format_number, label
from lumbung.offices.guide import write_guide
from lumbung.offices.input_checks import check_of, hint
from lumbung.offices.lists import ChoiceList, lists_of
from lumbung.offices.prefill import Period, Row, not_applicable, period_to_report, rows_to_fill
from lumbung.reference import Reference

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

EMPTY_ROWS = 1000
"""Rows below the prefilled ones that have drop-downs and input checks too."""
_NARROWEST, _WIDEST, _WIDEST_LIST = 11, 44, 90
_SHEET_NAME = 31
_COLUMNS_OF_A_PAGE = 14
"""More than that side by side cannot be read on paper."""
_ROWS_OF_AN_EMPTY_PAGE = 30


@dataclass(frozen=True)
class Template:
    """One office's template of one dataset.

    Attributes:
        contract: Of the dataset.
        regency_code: The office's.
        office: Its name.
        period: What it is made for.
        rows: What is filled in already.
        lists: The closed lists by field.
        unused: Per row the fields that it has no use for.
    """

    contract: Contract
    regency_code: str
    office: str
    period: Period
    rows: Sequence[Row]
    lists: Mapping[str, ChoiceList]
    unused: Sequence[Sequence[str]]

    @classmethod
    def of(cls, contract: Contract, reference: Reference, regency_code: str, day: date) -> "Template":
        """The template for the last period that is over on a day."""
        period = period_to_report(contract.calendar.period, day)
        rows = rows_to_fill(contract, reference, regency_code, period)
        return cls(
            contract=contract,
            regency_code=regency_code,
            office=reference.offices[regency_code].name,
            period=period,
            rows=rows,
            lists=lists_of(contract, reference, regency_code),
            unused=[not_applicable(contract, reference, row) for row in rows],
        )

    @property
    def sheet(self) -> str:
        """Name of the sheet to fill in."""
        return self.contract.title[:_SHEET_NAME]

    @property
    def last_row(self) -> int:
        """The last row with drop-downs and input checks, as a person counts."""
        return 1 + len(self.rows) + EMPTY_ROWS


def write_template(path: Path, template: Template, help_desk: str) -> None:
    """Write the workbook, at once in its place; the same template gives the same bytes.

    Args:
        path: Where to; its folder must be there.
        template: What stands in it.
        help_desk: Whom to call, '' where nobody is named.

    Raises:
        OSError: The file could not be written.
    """
    temporary = path.with_name(path.name + ".part")
    book = _book(temporary, template)
    styles = Styles(book)
    data, guide, lists = (
        book.add_worksheet(name)
        for name in (template.sheet, label("template.sheet_guide"), label("template.sheet_lists"))
    )
    _DataSheet(data, styles, template).write(_write_lists(lists, styles, template))
    write_guide(guide, styles, template, help_desk)
    book.close()
    temporary.replace(path)


def _book(path: Path, template: Template) -> "Workbook":
    last = template.period.last
    title = label("template.title").format(title=template.contract.title, office=template.office)
    # A file's property has no zone.
    return new_workbook(path, title, datetime(last.year, last.month, last.day))  # noqa: DTZ001


def _write_lists(target: "Worksheet", styles: Styles, template: Template) -> Mapping[str, str]:
    """Write the sheet of lists; returns the range of each field's list.

    Amounts are text: a spreadsheet would show them as its own country does, 8,000 for 8.000.
    """
    from xlsxwriter.utility import xl_range_abs

    name = label("template.sheet_lists")
    ranges, column = {}, 0
    plain, amount = styles.body(), styles.body(align="right")
    for key, one in template.lists.items():
        blocks: list[tuple[str, Sequence[str | int]]] = [(one.field.label, one.choices), *one.beside]
        for at, (header, cells) in enumerate(blocks):
            target.write_string(0, column + at, header, styles.heading())
            for row, cell in enumerate(cells, start=1):
                if isinstance(cell, int):
                    target.write_string(row, column + at, format_number(cell), amount)
                else:
                    target.write_string(row, column + at, as_text(cell), plain)
            target.set_column(column + at, column + at, _width(header, cells, _WIDEST_LIST))
        ranges[key] = f"={name}!{xl_range_abs(1, column, len(one.choices), column)}"
        target.set_column(column + one.width, column + one.width, 3)
        column += one.width + 1
    target.set_row(0, 32)
    target.freeze_panes(1, 0)
    target.repeat_rows(0)
    target.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    print_setup(target, landscape=True, gridlines=False)
    return ranges


class _DataSheet:
    """The sheet to fill in."""

    def __init__(self, target: "Worksheet", styles: Styles, template: Template) -> None:
        self._target, self._styles, self._template = target, styles, template
        self._fields = template.contract.fields

    def write(self, ranges: Mapping[str, str]) -> None:
        """Write it.

        Args:
            ranges: The range of each field's list.
        """
        template, last = self._template, self._template.last_row - 1
        for column, field in enumerate(self._fields):
            self._write_header(column, field)
            check = check_of(template.contract, field, ranges.get(field.name))
            self._target.data_validation(1, column, last, column, dict(check))
        for at, (row, unused) in enumerate(zip(template.rows, template.unused, strict=True), start=1):
            for column, field in enumerate(self._fields):
                self._write_cell(at, column, field, row, field.name in unused)
        self._set_up()

    def _write_header(self, column: int, field: Field) -> None:
        colour = {} if field.required else {"bg_color": GREY}
        style = self._styles.of(
            **{"bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT, "text_wrap": True, "border": 1,
               "border_color": FRAME, "valign": "vcenter", **colour}
        )  # fmt: skip
        self._target.write_string(0, column, field.label, style)
        options = {"x_scale": 1.8, "y_scale": 1.2, "author": "Lumbung", "font_size": 9}
        self._target.write_comment(0, column, hint(self._template.contract, field), options)
        cells = [row[field.name] for row in self._template.rows if field.name in row]
        one = self._template.lists.get(field.name)
        widest = cells or (one.choices if one else field.examples)
        shown = ["00/00/0000" if isinstance(cell, date) else cell for cell in widest]
        self._target.set_column(column, column, _width(field.label, shown), self._style(field))

    def _write_cell(self, at: int, column: int, field: Field, row: Row, is_unused: bool) -> None:
        frame = {"border": 1, "border_color": FRAME}
        if field.name not in row:
            colour = {"bg_color": NOT_NEEDED} if is_unused else {}
            self._target.write_blank(at, column, None, self._style(field, **frame, **colour))
            return
        value, style = row[field.name], self._style(field, bg_color=FILLED, **frame)
        if isinstance(value, date):
            self._target.write_datetime(at, column, value, style)
        elif isinstance(value, int):
            self._target.write_number(at, column, value, style)
        else:
            self._target.write_string(at, column, as_text(value), style)

    def _style(self, field: Field, **properties: Any) -> "Format":
        if field.logical_type == "date":
            form: dict[str, Any] = {"num_format": "dd/mm/yyyy", "align": "left"}
        elif field.name == "year":
            form = {"num_format": "0", "align": "left"}
        elif field.logical_type == "integer":
            form = {"num_format": "#,##0"}
        elif field.logical_type == "number":
            form = {"num_format": "General"}
        else:
            form = {"num_format": "@"}  # so that 3.31.02 stays a code and no date
        return self._styles.of(valign="vcenter", **form, **properties)

    def _set_up(self) -> None:
        target, last = self._target, len(self._template.rows)
        target.set_row(0, 32)
        target.freeze_panes(1, 0)
        target.repeat_rows(0)
        target.autofilter(0, 0, max(last, EMPTY_ROWS), len(self._fields) - 1)
        # An empty table prints as a form to fill in by hand, not as a header on a blank page.
        target.print_area(0, 0, last or _ROWS_OF_AN_EMPTY_PAGE, len(self._fields) - 1)
        if last:
            first_free = next(
                (n for n, field in enumerate(self._fields) if field.name not in self._template.rows[0]), 0
            )
            target.set_selection(1, first_free, 1, first_free)
        else:
            target.set_selection(1, 0, 1, 0)
        print_setup(target, landscape=True)
        target.fit_to_pages(-(-len(self._fields) // _COLUMNS_OF_A_PAGE), 0)


def _width(header: str, cells: Sequence[object], widest: int = _WIDEST) -> int:
    longest = max((len(str(cell)) for cell in cells), default=0)
    words = max(len(word) for word in header.split())
    return min(max(longest + 2, words + 5, _NARROWEST), widest)
