"""An office's own sheets once more, for the answer that shows it where to mend them.

Runs in the process that decodes, with its limits: the bytes are as hostile as they were the first time.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lumbung.decode.job import DecodeJob
from lumbung.decode.limits import Limits
from lumbung.decode.outcome import DecodeError, DecodeOutcome
from lumbung.decode.recognise import recognise, recognise_in_archive
from lumbung.decode.source import SheetRows, Source, damage_is_a_fault, named_apart
from lumbung.decode.spec import DecodeSpec

ROWS = 10_000
"""Rows of a file that are shown; of a larger one only its first rows and those around findings."""
CELLS = 300_000
"""Likewise the cells of a file."""
COLUMNS = 1_000
"""Columns of a sheet that are shown."""
SHEETS = 60
"""Sheets of a file that are shown."""
_HEAD = 30
_AROUND = 2
_TEXT = 2_000


@dataclass(frozen=True)
class ShownSheet:
    """One sheet as the answer shows it.

    Attributes:
        name: As the office named it, '' for formats without sheets.
        first_column: Number of the rows' first column, 1 for A.
        rows: (row number, whether it holds observations, cells as decoded); blank rows are left out.
        total_rows: Rows with anything in them, also those not shown.
        is_partial: Only the first rows and those around findings are shown.
        is_cut: Columns beyond the last one shown hold something.
        entries: What decoding noted about the sheet's tables (`DecodeOutcome.sheets`).
    """

    name: str
    first_column: int
    rows: list[tuple[int, bool, list[str]]]
    total_rows: int
    is_partial: bool
    is_cut: bool
    entries: list[dict[str, Any]] = field(default_factory=list)


def rows_path(folder: Path, submission_id: str) -> Path:
    """Where the rendered rows of a submission lie."""
    return folder / f"{submission_id}.rows.json"


def read_rendered(folder: Path, submission_id: str) -> list[ShownSheet]:
    """The sheets that `render_file` wrote; none when it did not come that far."""
    try:
        text = rows_path(folder, submission_id).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [
        ShownSheet(**(sheet | {"rows": [(n, bool(is_data), cells) for n, is_data, cells in sheet["rows"]]}))
        for sheet in json.loads(text)
    ]


def render_file(
    job: DecodeJob,
    spec: DecodeSpec,
    out_dir: Path,
    limits: Limits,
    outcome: DecodeOutcome,
    wanted: Mapping[str, Collection[int]],
) -> None:
    """Write the rows of every visible sheet; a file that cannot be read has none.

    Args:
        job: The file.
        spec: What is understood.
        out_dir: Where `<submission_id>.rows.json` goes.
        limits: What the file may hold.
        outcome: What decoding came to.
        wanted: Per sheet the rows that must be shown however large it is.
    """
    data = _data_rows(outcome)
    source = Source(job.path, limits, headers=spec.aliases.keys(), recognise=recognise_in_archive)
    sheets: list[dict[str, Any]] = []
    left = [ROWS, CELLS]
    try:
        with damage_is_a_fault():
            for sheet in named_apart(recognise(job.path, spec.formats).read(source)):
                if sheet.skipped or len(sheets) >= SHEETS:
                    continue
                shown = _shown(sheet, data.get(sheet.name, set()), set(wanted.get(sheet.name, ())), left)
                shown["entries"] = [e for e in outcome.sheets if (e.get("name") or "") == sheet.name]
                sheets.append(shown)
    except DecodeError:
        sheets = []
    path = rows_path(out_dir, job.submission_id)
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps(sheets, ensure_ascii=False), encoding="utf-8", errors="replace")
    temporary.replace(path)


def _data_rows(outcome: DecodeOutcome) -> dict[str, set[int]]:
    """Per sheet the rows that hold observations."""
    from pyarrow import feather

    rows: dict[str, set[int]] = {}
    if outcome.table_path is None:
        return rows
    table = feather.read_table(outcome.table_path, columns=["sheet", "row_number"])
    numbers = table.column("row_number").to_pylist()
    for sheet, number in zip(table.column("sheet").to_pylist(), numbers, strict=True):
        rows.setdefault(sheet or "", set()).add(number)
    return rows


def _shown(sheet: SheetRows, data: set[int], wanted: set[int], left: list[int]) -> dict[str, Any]:
    """The sheet's rows while there is room; then only those that must be shown."""
    near = {number + step for number in wanted for step in range(-_AROUND, _AROUND + 1)}
    near |= set(range(sheet.first_row, sheet.first_row + _HEAD))
    width = max(COLUMNS - sheet.first_column + 1, 1)
    rows: list[tuple[int, bool, list[str]]] = []
    cells, total, is_partial, is_cut = 0, 0, False, False
    for number, row in enumerate(sheet.rows_from(0), start=sheet.first_row):
        filled = _without_blank_end(row)
        if not filled:
            continue
        total += 1
        is_cut |= len(filled) > width
        if not is_partial and (len(rows) >= left[0] or cells > left[1]):
            is_partial = True
            rows = [kept for kept in rows if kept[0] in near][: max(left[0], _HEAD)]
        if is_partial and (number not in near or len(rows) > ROWS):
            continue
        rows.append((number, number in data, [cell[:_TEXT] for cell in filled[:width]]))
        cells += min(len(filled), width)
    left[0], left[1] = max(left[0] - len(rows), 0), max(left[1] - cells, 0)
    return {
        "name": sheet.name,
        "first_column": sheet.first_column,
        "rows": rows,
        "total_rows": total,
        "is_partial": is_partial,
        "is_cut": is_cut,
    }


def _without_blank_end(row: list[str]) -> list[str]:
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]
