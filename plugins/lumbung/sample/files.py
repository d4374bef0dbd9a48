"""Writers of the sample's files: the same content always makes the same bytes."""

import json
import os
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

Cell = str | int | date | None
"""What a cell may hold; a date becomes a real date in a workbook."""


def write_csv(
    path: Path,
    rows: Sequence[Sequence[Cell]],
    delimiter: str = ",",
    encoding: str = "utf-8",
    newline: str = "\r\n",
) -> None:
    """Write rows of text; cells that hold the delimiter are quoted. ``encoding='utf-8-sig'`` puts the BOM."""
    lines = (delimiter.join(quoted(cell, delimiter) for cell in row) for row in rows)
    path.write_bytes("".join(line + newline for line in lines).encode(encoding))


def write_json(path: Path, records: Sequence[dict[str, Cell]]) -> None:
    """Write records as a JSON array."""
    path.write_text(json.dumps(records, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")


def write_xlsx(path: Path, rows: Sequence[Sequence[Cell]], sheet: str = "Harga") -> None:
    """Write one sheet. Text stays text: nothing becomes a formula or a link."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "dd/mm/yyyy"}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 - a fixed stamp inside the file
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(number, column, datetime(cell.year, cell.month, cell.day))  # noqa: DTZ001
                elif isinstance(cell, int):
                    page.write_number(number, column, cell)
                elif cell:
                    page.write_string(number, column, cell)


def set_modified(path: Path, instant: datetime) -> None:
    """Set the file's modification time, which is the time the file arrived at its channel."""
    os.utime(path, (instant.timestamp(), instant.timestamp()))


def quoted(cell: Cell, delimiter: str) -> str:
    """A cell as CSV text, in quotation marks where it needs them."""
    text = "" if cell is None else str(cell)
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if delimiter in text or '"' in text else text
