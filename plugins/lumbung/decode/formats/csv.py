"""Delimited text: comma, semicolon or tab, in UTF-8, UTF-16 (by its mark) or cp1252."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

from lumbung.decode.limits import bound, in_bytes
from lumbung.decode.sample import Sample
from lumbung.decode.source import HEADER_ROWS, Row, SheetRows, Source, refuse
from lumbung.decode.text import CONTROL_BYTES, clean
from lumbung.values.text import normalise_header

NAME = "csv"
EXTENSION = ".csv"

_BLOCK = 1 << 19
_DELIMITERS = (";", "\t", ",")
_SAMPLE_CHARS = 64 * 1024
_SEP_LINE = re.compile(r"sep=([;,\t|])\r?\n?", re.IGNORECASE)


def matches(sample: Sample) -> bool:
    """Any text may be delimited text, but for markup."""
    return sample.parts is None and not (sample.text or "<").lstrip("\ufeff \t\r\n").startswith("<")


def read(source: Source) -> Iterator[SheetRows]:
    """One sheet without a name. Row numbers count records, as a spreadsheet shows them.

    Raises:
        DecodeError: `bad_encoding`, `unknown_format` (binary), `too_large` (a line), `unreadable_file`
            (quotes that do not close).
    """
    encoding, has_controls = _scan(source)
    source.encoding = encoding
    with source.path.open(encoding=encoding, newline="") as file:
        source.delimiter = _delimiter(file.read(_SAMPLE_CHARS), source.headers)
        file.seek(0)
        lines: Iterable[str] = map(clean, file) if has_controls else file
        yield SheetRows("", _rows(lines, source), cells_can_shift=True)


def _rows(lines: Iterable[str], source: Source) -> Iterator[Row]:
    csv.field_size_limit(source.limits.line_bytes)
    reader = csv.reader(lines, delimiter=str(source.delimiter), strict=True)
    try:
        yield from reader
    except csv.Error as error:
        if "field larger" in str(error):
            raise _line_too_long(source) from error
        raise refuse("unreadable_file", row_number=reader.line_num, reason="quotes") from error


def _line_too_long(source: Source) -> Exception:
    return refuse("too_large", limit=bound("per_row", in_bytes(source.limits.line_bytes)))


@dataclass
class _LongestLine:
    """Follows the length of lines over blocks that are no longer than the longest line allowed."""

    limit: int
    begun: int = 0

    def is_exceeded_by(self, block: bytes) -> bool:
        ends = [at for at in (block.find(b"\n"), block.find(b"\r")) if at >= 0]
        if not ends:
            self.begun += len(block)
            return self.begun > self.limit
        is_exceeded = self.begun + min(ends) > self.limit
        self.begun = len(block) - max(block.rfind(b"\n"), block.rfind(b"\r")) - 1
        return is_exceeded


def _scan(source: Source) -> tuple[str, bool]:
    """Read the file once: its encoding, and whether it holds control characters to be dropped.

    UTF-8 is tried strictly, so a file of another encoding passes for UTF-8 only if every byte fits.
    """
    with source.path.open("rb") as file:
        head = file.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _check_utf16(source)
        return "utf-16", True
    line = _LongestLine(source.limits.line_bytes)
    utf8 = codecs.getincrementaldecoder("utf-8")("strict")
    is_utf8, has_controls = True, False
    with source.path.open("rb") as file:
        while block := file.read(min(_BLOCK, source.limits.line_bytes)):
            if b"\x00" in block:
                raise refuse("unknown_format", formats=EXTENSION, reason="binary")
            if line.is_exceeded_by(block):
                raise _line_too_long(source)
            has_controls = has_controls or len(block.translate(None, CONTROL_BYTES)) < len(block)
            if is_utf8:
                try:
                    has_c1 = _has_c1(utf8.decode(block))
                    has_controls = has_controls or has_c1
                except UnicodeDecodeError:
                    is_utf8 = False
    if is_utf8:
        try:
            utf8.decode(b"", final=True)
        except UnicodeDecodeError:
            is_utf8 = False
    if is_utf8:
        return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8", has_controls
    _check_cp1252(source)
    return "cp1252", has_controls


def _has_c1(text: str) -> bool:
    """Whether there are control characters beyond ASCII; most text is ASCII, which is quick to tell."""
    return not text.isascii() and any("\x80" <= character <= "\x9f" for character in set(text))


def _check_cp1252(source: Source) -> None:
    """A byte that has no character in cp1252 either is a fault, named by its row."""
    with source.path.open("rb") as file:
        for row_number, line in enumerate(file, start=1):
            try:
                line.decode("cp1252")
            except UnicodeDecodeError as error:
                raise refuse("bad_encoding", row_number=row_number) from error


def _check_utf16(source: Source) -> None:
    try:
        with source.path.open(encoding="utf-16", newline="") as file:
            for line in _bounded_lines(file, source):
                if "\x00" in line:
                    raise refuse("unknown_format", formats=EXTENSION, reason="binary")
    except UnicodeError as error:
        raise refuse("bad_encoding") from error


def _bounded_lines(file: TextIO, source: Source) -> Iterator[str]:
    while line := file.readline(source.limits.line_bytes + 1):
        if len(line) > source.limits.line_bytes:
            raise _line_too_long(source)
        yield line


def _delimiter(sample: str, headers: Collection[str]) -> str:
    """The delimiter under which the header is understood best, then the one that divides rows most evenly.

    A decimal comma in a file with semicolons divides its rows evenly as well; but it finds no header.
    """
    declared = _SEP_LINE.match(sample)
    if declared:
        return declared.group(1)
    lines = sample.splitlines(keepends=True)
    if len(sample) == _SAMPLE_CHARS and len(lines) > 1:
        lines.pop()
    scores = {delimiter: _score(lines, delimiter, headers) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=scores.__getitem__)
    return best if scores[best] > (0, 0, 0) else ","


def _score(lines: list[str], delimiter: str, headers: Collection[str]) -> tuple[int, int, int]:
    """Headers understood in one row, rows that share the most frequent number of cells, and that number."""
    counts: Counter[int] = Counter()
    understood = 0
    try:
        for number, row in enumerate(csv.reader(lines, delimiter=delimiter)):
            if len(row) < 2 or not any(row):
                continue
            counts[len(row)] += 1
            if number < HEADER_ROWS:
                understood = max(understood, sum(normalise_header(cell) in headers for cell in row))
    except csv.Error:
        return 0, 0, 0
    rows, cells = max(((rows, cells) for cells, rows in counts.items()), default=(0, 0))
    return understood, rows, cells
