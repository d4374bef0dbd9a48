"""What the records of a workbook before 2007 tell beside its cells: errors and hidden rows.

The reader of cells says neither. The container is described in [MS-CFB], the records in [MS-XLS]; binary
parts of later workbooks have the same codes of errors.
"""

import struct
from collections.abc import Iterator

from lumbung.decode.formats.ooxml import SheetFacts
from lumbung.decode.limits import Limits, bound, in_numbers
from lumbung.decode.source import refuse
from lumbung.decode.text import clean

_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_STREAMS = ("workbook", "book")
_FREE = 0xFFFFFFFA
"""Numbers of sectors from here on are marks, such as the end of a chain."""
_SHIFTS = (9, 12)
_SMALL = 4096
_ENTRY = 128
_ENDS, _SHEET, _ROW, _ERROR = 0x000A, 0x0085, 0x0208, 0x0205
_BEGINS = (0x0809, 0x0409, 0x0209, 0x0009)
_FORMULAS = (0x0006, 0x0206, 0x0406)
_BIFF8 = 0x0600
_HIDDEN = 0x20
_SIZE = 0x0200
_CELLS = (0x00FD, 0x0203, 0x0204, 0x027E, _ERROR, *_FORMULAS)
_SEVERAL = 0x00BD
"""A record of numbers side by side; it ends with its last column."""


def error_text(code: int) -> str:
    """The error as it is shown in a cell."""
    return _ERRORS.get(code, "#ERROR")


def sheet_facts(content: bytes, limits: Limits) -> dict[str, SheetFacts]:
    """Error cells and hidden rows of each sheet, by the sheet's name.

    Raises:
        DecodeError: `unreadable_file`; `too_large` when cells of a sheet lie too far apart, or it says so:
            the reader makes room for all between them.
    """
    try:
        stream = _workbook(content)
        return {name: _facts(stream, begin, name, limits) for name, begin in _sheets(stream)}
    except (struct.error, IndexError) as error:
        raise refuse("unreadable_file", reason="workbook") from error


def _workbook(content: bytes) -> bytes:
    """The stream of the workbook out of its container."""
    shift = struct.unpack_from("<H", content, 30)[0]
    if shift not in _SHIFTS:
        raise refuse("unreadable_file", reason="workbook")
    size = 1 << shift
    first_directory = struct.unpack_from("<I", content, 48)[0]
    first_small, _, at, _ = struct.unpack_from("<4I", content, 60)
    in_header = struct.unpack_from("<109I", content, 76)
    tables = [number for number in in_header if number < _FREE]
    for _ in range(len(content) // size + 1):
        if at >= _FREE:
            break
        *more, at = struct.unpack_from(f"<{size // 4}I", content, (at + 1) * size)
        tables += [number for number in more if number < _FREE]
    follows: list[int] = []
    for number in tables[: len(content) // size + 1]:
        follows += struct.unpack(f"<{size // 4}I", _sector(content, number, size))

    def chain(first: int) -> bytes:
        return b"".join(_sector(content, number, size) for number in _chain(first, follows))

    directory = chain(first_directory)
    small_ones = b""
    found: dict[str, tuple[int, int]] = {}
    for begin in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        kind = directory[begin + 66]
        first, length = struct.unpack_from("<2I", directory, begin + 116)
        name_length = struct.unpack_from("<H", directory, begin + 64)[0]
        name = directory[begin : begin + max(name_length - 2, 0)].decode("utf-16-le", errors="replace")
        if kind == 5:
            small_ones = chain(first)
        elif kind == 2:
            found.setdefault(name.lower(), (first, length))
    stream = next((name for name in _STREAMS if name in found), None)
    if stream is None:
        raise refuse("unreadable_file", reason="workbook")
    first, length = found[stream]
    if length >= _SMALL:
        return chain(first)[:length]
    small = chain(first_small)
    follows_small = list(struct.unpack(f"<{len(small) // 4}I", small))
    pieces = (small_ones[number * 64 : number * 64 + 64] for number in _chain(first, follows_small))
    return b"".join(pieces)[:length]


def _sector(content: bytes, number: int, size: int) -> bytes:
    """One sector; the last of a file may be cut short."""
    return content[(number + 1) * size : (number + 2) * size].ljust(size, b"\0")


def _chain(first: int, follows: list[int]) -> Iterator[int]:
    number = first
    for _ in range(len(follows)):
        if number >= _FREE:
            return
        yield number
        number = follows[number]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of one part of the stream, without those of charts that lie within."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, at)
        if kind in _BEGINS:
            depth += 1
        elif kind == _ENDS:
            depth -= 1
            if depth <= 0:
                return
        if depth == 1:
            yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    is_biff8 = True
    for kind, record in _records(stream, 0):
        if kind in _BEGINS:
            is_biff8 = struct.unpack_from("<H", record)[0] == _BIFF8
        elif kind == _SHEET:
            begin, length = struct.unpack_from("<I", record)[0], record[6]
            if not is_biff8:
                name = record[7 : 7 + length].decode("cp1252", errors="replace")
            elif record[7] & 1:
                name = record[8 : 8 + 2 * length].decode("utf-16-le", errors="replace")
            else:
                name = record[8 : 8 + length].decode("latin-1")
            yield clean(name), begin


class _Extent:
    """How far the cells of a sheet lie apart."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name, self._limits = name, limits
        self._rows: tuple[int, int] | None = None
        self._columns = (0, 0)

    def grow(self, row: int, column: int) -> None:
        if self._rows is None:
            self._rows, self._columns = (row, row), (column, column)
            return
        (top, bottom), (left, right) = self._rows, self._columns
        if top <= row <= bottom and left <= column <= right:
            return
        self._rows = min(top, row), max(bottom, row)
        self._columns = min(left, column), max(right, column)
        self._check(self._rows[1] - self._rows[0] + 1, self._columns[1] - self._columns[0] + 1)

    def grow_to(self, record: bytes) -> None:
        """The size that a sheet declares: first row, row beyond the last, and columns alike."""
        form = "<2I2H" if len(record) >= 12 else "<4H"
        top, below, left, beside = struct.unpack_from(form, record)
        self._check(max(below - top, 0), max(beside - left, 0))

    def _check(self, rows: int, columns: int) -> None:
        if rows * columns > self._limits.cells:
            limit = bound("cells", in_numbers(self._limits.cells))
            raise refuse("too_large", sheet=self._name, limit=limit, reason="far_apart")


def _facts(stream: bytes, begin: int, name: str, limits: Limits) -> SheetFacts:
    facts = SheetFacts()
    hidden: set[int] = set()
    extent = _Extent(name, limits)
    for kind, record in _records(stream, begin):
        code = None
        if kind in _CELLS or kind == _SEVERAL:
            row, column = struct.unpack_from("<2H", record)
            extent.grow(row, column)
            if kind == _SEVERAL:
                extent.grow(row, *struct.unpack_from("<H", record, len(record) - 2))
        elif kind == _SIZE:
            extent.grow_to(record)
        if kind == _ROW:
            row, first, beyond = struct.unpack_from("<3H", record)
            if first < beyond and len(record) > 12 and record[12] & _HIDDEN:
                hidden.add(row + 1)
        elif kind == _ERROR and record[7]:
            code = record[6]
        elif kind in _FORMULAS and record[12:14] == b"\xff\xff" and record[6] == 2:
            code = record[8]
        if code is not None:
            row, column = struct.unpack_from("<2H", record)
            facts.errors.setdefault(row + 1, {})[column + 1] = error_text(code)
    return SheetFacts(facts.errors, frozenset(hidden))
