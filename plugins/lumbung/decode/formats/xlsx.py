"""Excel workbooks (.xlsx), read by calamine once the package has been found safe."""

import zipfile
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from lumbung.decode.formats import ooxml
from lumbung.decode.sample import Sample
from lumbung.decode.source import Row, SheetRows, Source, refuse
from lumbung.decode.text import clean
from lumbung.values.cells import mark_boolean, mark_date, mark_error, mark_number

NAME = "xlsx"
EXTENSION = ".xlsx"


def matches(sample: Sample) -> bool:
    """A zipped package that holds a workbook in XML."""
    return sample.parts is not None and {"[Content_Types].xml", "xl/workbook.xml"} <= sample.parts


def read(source: Source) -> Iterator[SheetRows]:
    """Every worksheet; hidden ones are named and not read.

    Raises:
        DecodeError: `too_large`, `doctype_in_part`, `encrypted_file`, `unreadable_file`.
    """
    with zipfile.ZipFile(source.path) as archive:
        ooxml.check_package(archive, source.limits)
        parts = ooxml.sheet_parts(archive)
        with _open(source) as workbook:
            for sheet in workbook.sheets_metadata:
                if sheet.typ != SheetTypeEnum.WorkSheet:
                    continue
                if sheet.visible != SheetVisibleEnum.Visible:
                    yield SheetRows(clean(sheet.name), iter(()), skipped="hidden")
                    continue
                errors = ooxml.scan_sheet(archive, parts.get(sheet.name), clean(sheet.name), source.limits)
                yield _sheet(workbook, sheet.name, errors)


def _open(source: Source) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(source.path))
    except CalamineError as error:
        raise refuse("unreadable_file", reason="workbook") from error


def _sheet(workbook: CalamineWorkbook, name: str, errors: ooxml.Errors) -> SheetRows:
    try:
        sheet = workbook.get_sheet_by_name(name)
        merged = sheet.merged_cell_ranges
    except CalamineError as error:
        raise refuse("unreadable_file", sheet=clean(name), reason="workbook") from error
    first_column = sheet.start[1] + 1 if sheet.start else 1
    notes: dict[str, object] = {"merged_ranges": len(merged)} if merged else {}
    return SheetRows(clean(name), _rows(sheet, first_column, errors), first_column=first_column, notes=notes)


def _rows(sheet: CalamineSheet, first_column: int, errors: ooxml.Errors) -> Iterator[Row]:
    """Rows from the sheet's first on. Calamine reads an error cell as empty; the scan has noted which."""
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [_cell(value) for value in row]
        for column, code in errors.get(number, {}).items():
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
