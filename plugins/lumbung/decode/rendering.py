"""An office's own sheets once more, for the answer that shows it where to mend them.

Runs in the process that decodes, with its limits: the bytes are as hostile as they were the first time.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lumbung.decode.job import DecodeJob
from lumbung.decode.limits import Limits
from lumbung.decode.outcome import DecodeError, DecodeOutcome, rows_path
from lumbung.decode.recognise import recognise, recognise_in_archive
from lumbung.decode.source import Row, SheetRows, Source, damage_is_a_fault, named_apart
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
_CHARACTERS = 20_000_000
"""What a file's decoding keeps beside its table; its process has one limit of memory for both."""


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


class Recorder:
    """Keeps what is shown of a file while its decoding reads it, so that it need not be read again.

    It gives up on a file of which not all can be shown: which of its rows are, is known once it is judged.
    """

    def __init__(self) -> None:
        self._sheets: list[dict[str, Any]] = []
        self._left, self._room = [ROWS, CELLS], _CHARACTERS
        self._is_whole, self._is_finished = True, False

    @contextmanager
    def recording(self, sheet: SheetRows) -> Iterator[None]:
        """Keep the rows of a sheet that are read meanwhile, and then those that nobody read."""
        if sheet.skipped or len(self._sheets) >= SHEETS or not self._is_whole:
            yield
            return
        kept = _Kept(sheet, self._left)
        sheet.rows = self._kept(sheet.first_row, sheet.rows, kept)
        yield
        try:
            with damage_is_a_fault():
                while self._is_whole and next(sheet.rows, None) is not None:
                    pass
        except DecodeError:  # beyond what decoding asked for, so no fault of the file's
            self._is_whole = False
        self._left = kept.left()
        self._room -= kept.characters
        self._sheets.append(kept.content())

    def _kept(self, first_row: int, rows: Iterator[Row], kept: "_Kept") -> Iterator[Row]:
        for number, row in enumerate(rows, start=first_row):
            if not (kept.add(number, row) and kept.characters <= self._room):
                self._is_whole = False
                yield row
                break
            yield row
        yield from rows

    def finish(self) -> None:
        """The file was read to its end."""
        self._is_finished = True

    def sheets(self) -> list[dict[str, Any]] | None:
        """What is shown, None where it must be read again."""
        return self._sheets if self._is_whole and self._is_finished else None


def render_file(
    job: DecodeJob,
    spec: DecodeSpec,
    out_dir: Path,
    limits: Limits,
    outcome: DecodeOutcome,
    wanted: Mapping[str, Collection[int]] | None,
    recorder: Recorder | None = None,
) -> None:
    """Write the rows of every visible sheet; a file that cannot be read has none.

    Args:
        job: The file.
        spec: What is understood.
        out_dir: Where `<submission_id>.rows.json` goes.
        limits: What the file may hold.
        outcome: What decoding came to.
        wanted: Per sheet the rows that must be shown however large it is; None = nobody knows yet, and only
            what was recorded as a whole is written.
        recorder: What the decoding kept.
    """
    path = rows_path(out_dir, job.submission_id)
    sheets = recorder.sheets() if recorder else None
    if sheets is None and wanted is None:
        path.unlink(missing_ok=True)
        return
    if sheets is None:
        sheets = _read_again(job, spec, limits, wanted or {})
    data = _data_rows(outcome)
    for sheet in sheets:
        own = data.get(sheet["name"], set())
        sheet["rows"] = [(number, number in own, cells) for number, cells in sheet["rows"]]
        sheet["entries"] = [entry for entry in outcome.sheets if (entry.get("name") or "") == sheet["name"]]
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps(sheets, ensure_ascii=False), encoding="utf-8", errors="replace")
    temporary.replace(path)


def _read_again(
    job: DecodeJob, spec: DecodeSpec, limits: Limits, wanted: Mapping[str, Collection[int]]
) -> list[dict[str, Any]]:
    source = Source(job.path, limits, headers=spec.aliases.keys(), recognise=recognise_in_archive)
    sheets: list[dict[str, Any]] = []
    left = [ROWS, CELLS]
    try:
        with damage_is_a_fault():
            for sheet in named_apart(recognise(job.path, spec.formats).read(source)):
                if sheet.skipped or len(sheets) >= SHEETS:
                    continue
                kept = _Kept(sheet, left, set(wanted.get(sheet.name, ())))
                for number, row in enumerate(sheet.rows_from(0), start=sheet.first_row):
                    kept.add(number, row)
                left = kept.left()
                sheets.append(kept.content())
    except DecodeError:
        return []
    return sheets


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


class _Kept:
    """The rows of a sheet while there is room; then only those that must be shown."""

    def __init__(self, sheet: SheetRows, left: list[int], wanted: Collection[int] = ()) -> None:
        self._sheet, (self._rows_left, self._cells_left) = sheet, left
        self._near = {number + step for number in wanted for step in range(-_AROUND, _AROUND + 1)}
        self._near |= set(range(sheet.first_row, sheet.first_row + _HEAD))
        self._width = max(COLUMNS - sheet.first_column + 1, 1)
        self._rows: list[tuple[int, list[str]]] = []
        self._cells = self._total = self.characters = 0
        self._is_partial = self._is_cut = False

    def add(self, number: int, row: Row) -> bool:
        """Take the next row; whether all so far are kept."""
        filled = _without_blank_end(row)
        if not filled:
            return not self._is_partial
        self._total += 1
        self._is_cut |= len(filled) > self._width
        if not self._is_partial and (len(self._rows) >= self._rows_left or self._cells > self._cells_left):
            self._is_partial = True
            kept = [one for one in self._rows if one[0] in self._near]
            self._rows = kept[: max(self._rows_left, _HEAD)]
        if self._is_partial and (number not in self._near or len(self._rows) > ROWS):
            return False
        cells = [cell[:_TEXT] for cell in filled[: self._width]]
        self._rows.append((number, cells))
        self._cells += len(cells)
        self.characters += sum(map(len, cells))
        return not self._is_partial

    def left(self) -> list[int]:
        """Rows and cells that the next sheet may have."""
        return [max(self._rows_left - len(self._rows), 0), max(self._cells_left - self._cells, 0)]

    def content(self) -> dict[str, Any]:
        """The sheet as it is shown, but for what decoding noted about it."""
        return {
            "name": self._sheet.name,
            "first_column": self._sheet.first_column,
            "rows": self._rows,
            "total_rows": self._total,
            "is_partial": self._is_partial,
            "is_cut": self._is_cut,
        }


def _without_blank_end(row: list[str]) -> list[str]:
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]
