"""OpenDocument spreadsheets (.ods), as LibreOffice saves them."""

import re
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

from lumbung.decode.formats import ooxml
from lumbung.decode.formats.ooxml import Errors, SheetFacts
from lumbung.decode.formats.sheets import NO_FACTS, read_workbook
from lumbung.decode.limits import Limits, bound, in_numbers
from lumbung.decode.sample import Sample
from lumbung.decode.source import SheetRows, Source, refuse
from lumbung.decode.text import clean

NAME = "ods"
EXTENSION = ".ods"

_MACRO_PARTS = ("basic/", "scripts/")
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_REMARK = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 annotation"
_ERROR_TYPE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_VALUE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 value-type"
_CELLS = (_TABLE + "table-cell", _TABLE + "covered-table-cell")
_CODE = re.compile(r"(#[A-Z/0-9]+[!?]?|Err:[0-9]{3})")
_MOST = 1_000
"""Times one cell or row is repeated of which an error or its hiding is noted."""
_DIGITS = 9
_ENCRYPTED = re.compile(rb"<(?:\w+:)?encryption-data\b")


def matches(sample: Sample) -> bool:
    """A zipped package of OpenDocument that is a spreadsheet."""
    return (
        sample.parts is not None
        and "content.xml" in sample.parts
        and b"opendocument.spreadsheet" in sample.head
    )


def read(source: Source) -> Iterator[SheetRows]:
    """Every sheet; hidden ones are named and not read.

    Raises:
        DecodeError: `too_large`, `doctype_in_part`, `encrypted_file`, `macro_file`, `unreadable_file`,
            `too_many_sheets`.
    """
    with zipfile.ZipFile(source.path) as archive:
        names = archive.namelist()
        if "META-INF/manifest.xml" in names and _ENCRYPTED.search(archive.read("META-INF/manifest.xml")):
            raise refuse("encrypted_file")
        ooxml.check_package(archive, source.limits)
        if any(name.lower().startswith(_MACRO_PARTS) and not name.endswith("/") for name in names):
            raise refuse("macro_file")
        facts = _sheet_facts(archive, source.limits)
        yield from read_workbook(source, lambda name: facts.get(name, NO_FACTS))


def _sheet_facts(archive: zipfile.ZipFile, limits: Limits) -> dict[str, SheetFacts]:
    """Error cells and hidden rows of each sheet, by its name; the reader of cells says neither.

    Refuses a sheet whose outermost cells lie too far apart: the reader holds all between them.
    """
    scan = _Scan(limits)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = scan.begin
    parser.EndElementHandler = scan.end
    parser.CharacterDataHandler = scan.text
    try:
        with archive.open("content.xml") as part:
            parser.ParseFile(part)
    except expat.ExpatError as error:
        raise refuse("unreadable_file", reason="workbook") from error
    return {name: SheetFacts(errors, frozenset(hidden)) for name, (errors, hidden) in scan.sheets.items()}


class _Scan:
    """Follows rows and cells through the elements of a document."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._top = self._left = self._right = 0
        self.sheets: dict[str, tuple[Errors, set[int]]] = {}
        self._name = ""
        self._inside = 0
        self._row = self._rows = self._column = self._columns = 0
        self._is_hidden = self._may_be_error = False
        self._said: list[str] | None = None
        self._remarks = 0

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == _TABLE + "table":
            self._inside += 1
            if self._inside == 1:
                self._name = attributes.get(_TABLE + "name", "")
                self.sheets[self._name] = ({}, set())
                self._row, self._rows = 1, 0
                self._top = 0
        elif tag == _REMARK:
            self._remarks += 1
        elif self._inside != 1:
            return
        elif tag == _TABLE + "table-row":
            self._row += self._rows
            self._rows = _repeated(attributes, "number-rows-repeated")
            self._column, self._columns = 1, 0
            self._is_hidden = attributes.get(_TABLE + "visibility") in ("collapse", "filter")
        elif tag in _CELLS:
            self._column += self._columns
            self._columns = _repeated(attributes, "number-columns-repeated")
            is_error = attributes.get(_ERROR_TYPE) == "error"
            self._may_be_error = is_error or _TABLE + "formula" in attributes
            self._said = []
            if _VALUE in attributes:
                self._grow()
            if self._is_hidden and any(name.endswith(" value-type") for name in attributes):
                self.sheets[self._name][1].update(range(self._row, self._row + min(self._rows, _MOST)))

    def _grow(self) -> None:
        last = self._column + self._columns - 1
        if not self._top:
            self._top, self._left, self._right = self._row, self._column, last
        self._left, self._right = min(self._left, self._column), max(self._right, last)
        rows = self._row + self._rows - self._top
        if rows * (self._right - self._left + 1) > self._limits.cells:
            limit = bound("cells", in_numbers(self._limits.cells))
            raise refuse("too_large", sheet=clean(self._name), limit=limit, reason="far_apart")

    def text(self, text: str) -> None:
        if self._said is not None and self._may_be_error and self._inside == 1 and not self._remarks:
            self._said.append(text)

    def end(self, tag: str) -> None:
        if tag == _TABLE + "table":
            self._inside -= 1
        elif tag == _REMARK:
            self._remarks -= 1
        elif tag in _CELLS and self._inside == 1:
            code = clean("".join(self._said or ())).strip()
            if self._may_be_error and _CODE.fullmatch(code):
                for row in range(self._row, self._row + min(self._rows, _MOST)):
                    for column in range(self._column, self._column + min(self._columns, _MOST)):
                        self.sheets[self._name][0].setdefault(row, {})[column] = code
            self._said = None


def _repeated(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(_TABLE + name, "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < _DIGITS else 1
