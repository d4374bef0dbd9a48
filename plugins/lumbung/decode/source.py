"""What passes between a format, which knows bytes, and a shape, which knows layouts."""

import errno
import lzma
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from lumbung.decode.limits import Limits, in_numbers
from lumbung.decode.outcome import DecodeError, Fault, shortened

if TYPE_CHECKING:
    from collections.abc import Callable

    from lumbung.decode.formats import Format

HEADER_ROWS = 30
"""The header is looked for among this many first rows."""

Row = list[str]
"""Cells of one row from the first column on; '' is an empty cell. Rows of one sheet may differ in length."""


@dataclass
class Source:
    """One file being read. A format notes here how it read it.

    Attributes:
        path: The file.
        limits: What it may cost.
        headers: Normalised headers that are understood, for formats that must find out how text divides.
        encoding: Of a text file.
        delimiter: Of a delimited file.
        noted: Faults found beside reading, which the file's outcome shall tell.
        recognise: Tells the format of a file inside an archive.
    """

    path: Path
    limits: Limits
    headers: Collection[str] = ()
    encoding: str | None = None
    delimiter: str | None = None
    noted: list[Fault] = field(default_factory=list)
    recognise: "Callable[[Path], Format] | None" = None


@dataclass
class SheetRows:
    """The rows of one sheet, to be read once.

    Attributes:
        name: The sheet's name, '' for formats without sheets.
        rows: Consecutive rows, blank ones included.
        first_row: Number of the first of them, as a person counts.
        first_column: Number of the first cell's column, 1 for A.
        cells_can_shift: A row with too many cells may have its values in the wrong columns (delimited text).
        skipped: Why the sheet is not to be read (`hidden`), None otherwise.
        merged: Merged cells as (first row, first column, last row, last column), as a person counts.
        hidden_rows: Rows that a person does not see.
        holds_something: Of a skipped sheet: whether anything is in it.
        notes: Facts about the sheet for its entry in the outcome.
    """

    name: str
    rows: Iterator[Row]
    first_row: int = 1
    first_column: int = 1
    cells_can_shift: bool = False
    skipped: str | None = None
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    holds_something: bool = False
    notes: dict[str, object] = field(default_factory=dict)

    @cached_property
    def head(self) -> list[Row]:
        """The first rows, for finding out what the sheet is; they are not lost to `rows_from`."""
        return list(islice(self.rows, HEADER_ROWS))

    def rows_from(self, index: int) -> Iterator[Row]:
        """The rows from the head's index on, to be read once."""
        return chain(self.head[index:], self.rows)

    @property
    def label(self) -> str | None:
        """The name as faults carry it: None for formats without sheets."""
        return self.name or None


_LONGEST_NAME = 300
"""Letters of a sheet's name: spreadsheets allow 31, hostile files and names of archives' files are longer."""


def named_apart(sheets: Iterator[SheetRows]) -> Iterator[SheetRows]:
    """The sheets with names that a place in a file can be told by: bounded, and each once."""
    taken: set[str] = set()
    for sheet in sheets:
        plain = sheet.name if len(sheet.name) <= _LONGEST_NAME else sheet.name[: _LONGEST_NAME - 1] + "…"
        name, number = plain, 2
        while name in taken:
            name, number = f"{plain} ({number})", number + 1
        taken.add(name)
        sheet.name = name
        yield sheet


def check_width(sheet: SheetRows, rows: list[Row], limits: Limits) -> None:
    """Refuse rows with more cells than any spreadsheet has columns; `too_many_columns`."""
    widest = max(map(len, rows), default=0)
    if widest > limits.columns:
        limit = in_numbers(limits.columns)
        raise refuse("too_many_columns", sheet=sheet.label, limit=limit, count=widest)


_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError)
_OF_THE_FILE = (None, errno.EINVAL)
"""Numbers of an `OSError` that bytes bring about: readers that give none, places before the first byte."""


@contextmanager
def damage_is_a_fault() -> Iterator[None]:
    """What readers raise over damaged bytes is a fault of the file; the machine's errors stay its own."""
    try:
        yield
    except _DAMAGE as error:
        raise refuse("unreadable_file", reason="damaged_zip") from error
    except OSError as error:
        if error.errno not in _OF_THE_FILE:
            raise
        raise refuse("unreadable_file", reason="damaged") from error
    except BaseException as error:
        # A panic of a reader in Rust is no `Exception`, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise refuse("unreadable_file", reason="damaged") from error


def refuse(code: str, **fault: object) -> DecodeError:
    """The error that ends a file's decoding with this fault; unknown keywords become its context."""
    known = {key: fault.pop(key) for key in ("sheet", "row_number", "column_name", "value") if key in fault}
    known |= {key: shortened(text) for key, text in known.items() if isinstance(text, str)}
    return DecodeError(Fault(code, context=fault, **known))  # type: ignore[arg-type]
