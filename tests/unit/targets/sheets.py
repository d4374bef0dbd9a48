"""Workbooks of targets for tests."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from lumbung.targets.layout import COLUMNS, title_of

ROW: dict[str, Any] = {
    "indicator": "ikm_jumlah", "regency": "Kabupaten Pacitan", "year": 2026, "period": "Tahunan",
    "version": "asli", "value": 1500, "decree": "SK 188/1/2026", "decided_on": date(2026, 1, 5),
    "effective_from_on": date(2026, 1, 10),
}  # fmt: skip
"""A row without any fault."""


def write_rows(
    path: Path,
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str] = COLUMNS,
    hidden: Sequence[Mapping[str, Any]] = (),
) -> Path:
    """Write rows under the workbook's headers; `hidden` go to a sheet that nobody sees."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "Target"
    _fill(sheet, rows, columns)
    if hidden:
        other = book.create_sheet("Tersembunyi")
        _fill(other, hidden, columns)
        other.sheet_state = "hidden"
    book.save(path)
    return path


def _fill(sheet: Any, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    sheet.append([title_of(name) for name in columns])
    for row in rows:
        sheet.append([row.get(name) for name in columns])
