"""A table as a sheet: exact figures, real dates, no text that could become a formula or a link."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from lumbung import labels
from lumbung.clock import JAKARTA
from lumbung.feedback.books import new_workbook
from lumbung.feedback.styles import Styles
from lumbung.report.figures.read import Row
from lumbung.report.model import Release
from lumbung.report.pages.cara_hitung import indonesian
from lumbung.report.site.tables import NUMERIC, Column, Kind, Table

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

HEADER_ROW = 3
"""Where the column titles stand, counted from 0; data begin below."""

_FORMATS: dict[Kind, str] = {
    "idr": "#,##0", "pct": "0.0", "change": "+0.0;-0.0;0.0", "count": "#,##0",
    "number": "#,##0.0", "score": "0.00",
    "date": "dd/mm/yyyy", "month": "mm/yyyy", "instant": "dd/mm/yyyy hh:mm",
}  # fmt: skip
_WIDEST, _NARROWEST = 48, 9


def table_workbook(table: Table, release: Release, definitions: Sequence[Row]) -> bytes:
    """One table with a sheet that explains its columns."""
    content = BytesIO()
    with open_workbook(content, release, table.title) as book:
        styles = Styles(book)
        write_table(book.add_worksheet("Data"), table, styles, release)
        write_meanings(book.add_worksheet("Arti kolom"), [table], styles, definitions)
    return content.getvalue()


def open_workbook(content: BytesIO, release: Release, title: str) -> "Workbook":
    """A workbook whose bytes depend on what is in it alone."""
    return new_workbook(content, title, release.published_at.astimezone(JAKARTA).replace(tzinfo=None))


def write_table(sheet: "Worksheet", table: Table, styles: Styles, release: Release) -> None:
    """Title, what it shows, and the rows with a filter; wide sheets print on one page's width."""
    columns = shown_columns(table)
    sheet.write_string(0, 0, table.title, styles.of(bold=True, font_size=14))
    about = f"{table.about} " if table.about else ""
    sheet.write_string(1, 0, f"{about}Isi sejak rilis {release.release_id}.", styles.of(font_color="#5B6670"))
    for place, column in enumerate(columns):
        sheet.write_string(HEADER_ROW, place, column.title, styles.heading())
        widths = [len(_text(column, row)) for row in table.rows[:200]]
        longest_word = max(map(len, column.title.split()))
        widest = max([*widths, longest_word + 3, _NARROWEST])
        sheet.set_column(place, place, min(widest + 1, _WIDEST))
    for number, row in enumerate(table.rows, start=HEADER_ROW + 1):
        for place, column in enumerate(columns):
            write_cell(sheet, number, place, column, row, styles)
    last = HEADER_ROW + max(1, len(table.rows))
    sheet.autofilter(HEADER_ROW, 0, last, len(columns) - 1)
    sheet.freeze_panes(HEADER_ROW + 1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_footer(f"&L{table.title.replace('&', '&&')}&RHalaman &P dari &N")


def shown_columns(table: Table) -> list[Column]:
    """The columns that a sheet can hold: all but drawings."""
    return [column for column in table.columns if column.kind != "spark"]


def write_cell(sheet: "Worksheet", number: int, place: int, column: Column, row: Any, styles: Styles) -> None:
    """One figure, unrounded; in its stead the reason, where there is none."""
    value = row.get(column.key)
    style = styles.of(num_format=_FORMATS.get(column.kind, "@"))
    if column.kind in NUMERIC and isinstance(value, int | float | Decimal):
        sheet.write_number(number, place, float(value), style)
    elif isinstance(value, datetime):
        sheet.write_datetime(number, place, value.astimezone(JAKARTA).replace(tzinfo=None), style)
    elif isinstance(value, date):
        sheet.write_datetime(number, place, value, style)
    elif text := _text(column, row):
        sheet.write_string(number, place, text, styles.of(text_wrap=column.kind == "message"))


def _text(column: Column, row: Any) -> str:
    value = row.get(column.key)
    if column.kind == "receipts":
        return ", ".join(value or [])
    if value is None:
        return column.reason(row) or ""
    if column.kind in ("status", "mark"):
        return column.words(row)
    if column.kind in NUMERIC or isinstance(value, date):
        return "0" * 10
    return str(value)


def write_meanings(
    sheet: "Worksheet", tables: Sequence[Table], styles: Styles, definitions: Sequence[Row]
) -> None:
    """What each column means, from the published comments."""
    comments = {f"{row['table_name']}.{row['column_name']}": row["column_comment"] for row in definitions}
    for place, (title, width) in enumerate((("Kolom", 30), ("Arti", 100))):
        sheet.write_string(0, place, title, styles.heading())
        sheet.set_column(place, place, width)
    told: dict[str, str] = {}
    for table in tables:
        for column in shown_columns(table):
            if column.source in comments:
                told.setdefault(column.title, indonesian(comments[column.source]))
    for number, (title, meaning) in enumerate(told.items(), start=1):
        sheet.write_string(number, 0, title, styles.of(bold=True))
        sheet.write_string(number, 1, meaning, styles.of(text_wrap=True))
    note = labels.label("workbook", "missing")
    sheet.write_string(len(told) + 2, 0, note, styles.of(font_color="#5B6670"))
