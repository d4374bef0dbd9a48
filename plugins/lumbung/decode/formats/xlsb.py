"""Excel workbooks in binary parts (.xlsb)."""

import zipfile
from collections.abc import Iterator

from lumbung.decode.formats import ooxml
from lumbung.decode.formats.sheets import NO_FACTS, read_workbook
from lumbung.decode.limits import Limits, in_bytes, in_numbers
from lumbung.decode.outcome import Fault
from lumbung.decode.sample import Sample
from lumbung.decode.source import SheetRows, Source, refuse

NAME = "xlsb"
EXTENSION = ".xlsb"

_ROW_HEADER = 0
_CELLS = range(1, 12)
"""Record types of cells: blank, number, error, boolean, text, and the same as results of formulas."""


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
        for entry in archive.infolist():
            if entry.filename.startswith("xl/") and entry.filename.endswith(".bin"):
                if entry.file_size > source.limits.inflated_bytes:
                    limit = f"{in_bytes(source.limits.inflated_bytes)} setelah dibuka"
                    raise refuse("too_large", limit=limit, reason="inflated")
                if entry.filename.startswith("xl/worksheets/sheet"):
                    _check_span(archive.read(entry), source.limits)
        if links := ooxml.external_links(archive):
            source.noted.append(Fault("external_link", context={"count": links}))
        yield from read_workbook(source, lambda _name: NO_FACTS)


def _check_span(part: bytes, limits: Limits) -> None:
    """Refuse a sheet whose outermost cells lie too far apart; [MS-XLSB] 2.1.4 describes the records."""
    at, row = 0, 0
    rows: list[int] = []
    columns: list[int] = []
    while at < len(part):
        kind, at = _number(part, at, 2)
        length, at = _number(part, at, 4)
        if kind == _ROW_HEADER:
            row = int.from_bytes(part[at : at + 4], "little")
        elif kind in _CELLS:
            column = int.from_bytes(part[at : at + 4], "little")
            rows = [min([row, *rows]), max([row, *rows])]
            columns = [min([column, *columns]), max([column, *columns])]
            if (rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1) > limits.cells:
                raise refuse("too_large", limit=f"{in_numbers(limits.cells)} sel", reason="far_apart")
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
