"""What workbooks of all formats share: sheets read by calamine once the file has been found safe."""

from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from lumbung.decode.formats.ooxml import SheetFacts
from lumbung.decode.limits import in_numbers
from lumbung.decode.source import Row, SheetRows, Source, refuse
from lumbung.decode.text import clean
from lumbung.values.cells import mark_boolean, mark_date, mark_error, mark_number

NO_FACTS = SheetFacts()


def read_workbook(source: Source, facts_of: Callable[[str], SheetFacts]) -> Iterator[SheetRows]:
    """Every worksheet; hidden ones are named and not read.

    Args:
        source: The file.
        facts_of: What is known of a sheet beside its cells, by its name; called before the sheet is built, so
            that it may refuse it.

    Raises:
        DecodeError: `unreadable_file`, `encrypted_file`, `too_many_sheets`, and what ``facts_of`` raises.
    """
    with _open(source) as workbook:
        sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        if len(sheets) > source.limits.sheets:
            limit = in_numbers(source.limits.sheets)
            raise refuse("too_many_sheets", limit=limit, count=in_numbers(len(sheets)))
        for sheet in sheets:
            facts = facts_of(sheet.name)
            if sheet.visible != SheetVisibleEnum.Visible:
                is_filled = any(any(row) for row in _built(workbook, sheet.name).iter_rows())
                yield SheetRows(clean(sheet.name), iter(()), skipped="hidden", holds_something=is_filled)
                continue
            yield _sheet(workbook, sheet.name, facts)


def _open(source: Source) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(source.path))
    except CalamineError as error:
        if "password" in str(error).lower():
            raise refuse("encrypted_file") from error
        raise refuse("unreadable_file", reason="workbook") from error


def _built(workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return workbook.get_sheet_by_name(name)
    except CalamineError as error:
        raise refuse("unreadable_file", sheet=clean(name), reason="workbook") from error


def _sheet(workbook: CalamineWorkbook, name: str, facts: SheetFacts) -> SheetRows:
    sheet = _built(workbook, name)
    first_column = sheet.start[1] + 1 if sheet.start else 1
    merged = tuple(
        (top + 1, left + 1, bottom + 1, right + 1)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )
    return SheetRows(
        clean(name),
        _rows(sheet, first_column, facts),
        first_column=first_column,
        merged=merged,
        hidden_rows=facts.hidden_rows,
    )


def _rows(sheet: CalamineSheet, first_column: int, facts: SheetFacts) -> Iterator[Row]:
    """Rows from the sheet's first on. Calamine reads an error cell as empty; the scan has noted which."""
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [_cell(value) for value in row]
        for column, code in facts.errors.get(number, {}).items():
            position = column - first_column
            if position >= len(cells):
                cells.extend([""] * (position + 1 - len(cells)))
            if position >= 0:
                cells[position] = mark_error(code)
        yield cells


def _cell(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return clean(value)
    if kind is float or kind is int:
        return mark_number(value)
    if kind is bool:
        return mark_boolean(value)
    if isinstance(value, date):
        return mark_date(value)
    if isinstance(value, time | timedelta):
        return str(value)
    return clean(str(value))
