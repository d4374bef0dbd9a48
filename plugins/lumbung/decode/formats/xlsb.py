"""Excel workbooks in binary parts (.xlsb)."""

import zipfile
from collections.abc import Iterator

from lumbung.decode.formats import ooxml
from lumbung.decode.formats.biff import error_text
from lumbung.decode.formats.ooxml import SheetFacts
from lumbung.decode.formats.sheets import NO_FACTS, read_workbook
from lumbung.decode.limits import Limits, bound, in_bytes, in_numbers
from lumbung.decode.outcome import Fault
from lumbung.decode.sample import Sample
from lumbung.decode.source import SheetRows, Source, refuse

NAME = "xlsb"
EXTENSION = ".xlsb"

_ROW_HEADER = 0
_CELLS = range(1, 12)
"""Record types of cells: blank, number, error, boolean, text, and the same as results of formulas."""
_ERRORS = (3, 11)
_ERROR_AT = 8
_HIDDEN = 0x10
_SHORTEST = 8
"""Bytes of a row's or a cell's record at least."""
_SHEET = 156


def matches(sample: Sample) -> bool:
    """A zipped package that holds a workbook in binary parts."""
    return sample.parts is not None and {"[Content_Types].xml", "xl/workbook.bin"} <= sample.parts


def read(source: Source) -> Iterator[SheetRows]:
    """Every worksheet; hidden ones are named and not read.

    Raises:
        DecodeError: `too_large`, `doctype_in_part`, `encrypted_file`, `unreadable_file`, `too_many_sheets`.
    """
    with zipfile.ZipFile(source.path) as archive:
        ooxml.check_package(archive, source.limits)
        facts: dict[str, SheetFacts] = {}
        for entry in archive.infolist():
            if entry.filename.startswith("xl/") and entry.filename.endswith(".bin"):
                if entry.file_size > source.limits.inflated_bytes:
                    limit = bound("inflated", in_bytes(source.limits.inflated_bytes))
                    raise refuse("too_large", limit=limit, reason="inflated")
                if entry.filename.startswith("xl/worksheets/sheet"):
                    facts[entry.filename] = _facts(archive.read(entry), source.limits)
        if links := ooxml.external_links(archive):
            source.noted.append(Fault("external_link", context={"count": links}))
        parts = _sheet_parts(archive)
        yield from read_workbook(source, lambda name: facts.get(parts.get(name, ""), NO_FACTS))


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Which part holds which sheet, by the sheet's name."""
    sheets: list[tuple[str, str]] = []
    try:
        targets = ooxml.part_targets(archive, "xl/_rels/workbook.bin.rels")
        for kind, record in _records(archive.read("xl/workbook.bin")):
            if kind == _SHEET:
                relation, at = _text(record, 8)
                name, _ = _text(record, at)
                sheets.append((name, targets.get(relation, relation)))
    except KeyError as error:
        raise refuse("unreadable_file", reason="workbook") from error
    return ooxml.told_apart(sheets)


def _text(record: bytes, at: int) -> tuple[str, int]:
    """A text behind its length, and where it ends."""
    end = at + 4 + 2 * int.from_bytes(record[at : at + 4], "little")
    return record[at + 4 : end].decode("utf-16-le", errors="replace"), end


def _facts(part: bytes, limits: Limits) -> SheetFacts:
    """Error cells and hidden rows of a sheet; refuses one whose outermost cells lie too far apart."""
    row, is_hidden = 0, False
    rows: list[int] = []
    columns: list[int] = []
    facts = SheetFacts()
    hidden: set[int] = set()
    for kind, record in _records(part):
        if (kind == _ROW_HEADER or kind in _CELLS) and len(record) < _SHORTEST:
            # Zeros are rows without anything, a million of them in two megabytes.
            raise refuse("unreadable_file", reason="workbook")
        if kind == _ROW_HEADER:
            row = int.from_bytes(record[:4], "little")
            is_hidden = bool(record[11:12]) and bool(record[11] & _HIDDEN)
        elif kind in _CELLS:
            column = int.from_bytes(record[:4], "little")
            rows = [min([row, *rows]), max([row, *rows])]
            columns = [min([column, *columns]), max([column, *columns])]
            if (rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1) > limits.cells:
                raise refuse("too_large", limit=bound("cells", in_numbers(limits.cells)), reason="far_apart")
            if is_hidden:
                hidden.add(row + 1)
            if kind in _ERRORS and len(record) > _ERROR_AT:
                facts.errors.setdefault(row + 1, {})[column + 1] = error_text(record[_ERROR_AT])
    return SheetFacts(facts.errors, frozenset(hidden))


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a part; [MS-XLSB] 2.1.4 describes them."""
    at = 0
    while at < len(part):
        kind, at = _number(part, at, 2)
        length, at = _number(part, at, 4)
        yield kind, part[at : at + length]
        at += length


def _number(part: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of up to so many bytes, seven bits each, the lowest first; and where it ends."""
    value = 0
    for shift in range(most):
        if at >= len(part):
            raise refuse("unreadable_file", reason="workbook")
        byte = part[at]
        at += 1
        value |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            break
    return value, at
