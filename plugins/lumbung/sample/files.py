"""Writers of the sample's files: the same content always makes the same bytes."""

import html
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

Cell = str | int | float | date | None
"""What a cell may hold; a date becomes a real date in a workbook."""

Rows = Sequence[Sequence[Cell]]
Sheets = Mapping[str, Rows]
"""Rows by the name of their sheet."""

_STAMP = (2026, 1, 1, 0, 0, 0)
_ODS_MIME = "application/vnd.oasis.opendocument.spreadsheet"


def write_csv(
    path: Path,
    rows: Rows,
    delimiter: str = ",",
    encoding: str = "utf-8",
    newline: str = "\r\n",
) -> None:
    """Write rows of text; cells that hold the delimiter are quoted. ``encoding='utf-8-sig'`` puts the BOM."""
    path.write_bytes(csv_bytes(rows, delimiter, encoding, newline))


def csv_bytes(rows: Rows, delimiter: str = ",", encoding: str = "utf-8", newline: str = "\r\n") -> bytes:
    """The bytes of ``write_csv``; ``encoding='utf-16'`` gives what Excel calls Unicode text."""
    lines = (delimiter.join(quoted(cell, delimiter) for cell in row) for row in rows)
    text = "".join(line + newline for line in lines)
    # Python's utf-16 follows the machine's byte order; files of the sample do not.
    return b"\xff\xfe" + text.encode("utf-16-le") if encoding == "utf-16" else text.encode(encoding)


def write_json(path: Path, content: Any) -> None:
    """Write plain values as JSON."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")


def write_xlsx(path: Path, sheets: Sheets) -> None:
    """Write a workbook. Text stays text: nothing becomes a formula or a link."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "dd/mm/yyyy"}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 - a fixed stamp inside the file
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        page.write_datetime(number, column, datetime(cell.year, cell.month, cell.day))  # noqa: DTZ001
                    elif isinstance(cell, int | float):
                        page.write_number(number, column, cell)
                    elif cell:
                        page.write_string(number, column, cell)


def write_ods(path: Path, sheets: Sheets) -> None:
    """Write an OpenDocument spreadsheet, as LibreOffice saves by default."""
    tables = "".join(
        f'<table:table table:name="{html.escape(name)}">'
        + "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text")
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document-content {spaces} office:version="1.3"><office:body><office:spreadsheet>'
        f"{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
        ' manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_MIME}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    parts = {"mimetype": _ODS_MIME, "content.xml": content, "META-INF/manifest.xml": manifest}
    write_zip(path, {name: text.encode() for name, text in parts.items()}, stored=("mimetype",))


def _ods_cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, date):
        kind, shown = f'date" office:date-value="{cell.isoformat()}', f"{cell:%d/%m/%Y}"
    elif isinstance(cell, int | float):
        kind, shown = f'float" office:value="{cell}', str(cell)
    else:
        kind, shown = "string", html.escape(cell)
    return f'<table:table-cell office:value-type="{kind}"><text:p>{shown}</text:p></table:table-cell>'


def write_html(path: Path, sheets: Sheets) -> None:
    """Write tables as a web page, which many programs save under the name .xls."""
    tables = "".join(
        "<table border=1>\n"
        + "".join(f"<tr>{''.join(f'<td>{_html_cell(cell)}</td>' for cell in row)}</tr>\n" for row in rows)
        + "</table>\n"
        for rows in sheets.values()
    )
    path.write_text(
        f'<html><head><meta charset="utf-8"></head><body>\n{tables}</body></html>\n', encoding="utf-8"
    )


def _html_cell(cell: Cell) -> str:
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else html.escape("" if cell is None else str(cell))


def write_zip(path: Path, members: Mapping[str, bytes], stored: Sequence[str] = ()) -> None:
    """Write a zipped file with fixed stamps; members named in ``stored`` are not compressed."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)


def set_modified(path: Path, instant: datetime) -> None:
    """Set the file's modification time, which is the time the file arrived at its channel."""
    os.utime(path, (instant.timestamp(), instant.timestamp()))


def quoted(cell: Cell, delimiter: str) -> str:
    """A cell as CSV text, in quotation marks where it needs them."""
    text = "" if cell is None else str(cell)
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if delimiter in text or '"' in text else text
