"""Excel workbooks (.xlsx)."""

import zipfile
from collections.abc import Iterator

from lumbung.decode.formats import ooxml
from lumbung.decode.formats.sheets import read_workbook
from lumbung.decode.outcome import Fault
from lumbung.decode.sample import Sample
from lumbung.decode.source import SheetRows, Source
from lumbung.decode.text import clean

NAME = "xlsx"
EXTENSION = ".xlsx"


def matches(sample: Sample) -> bool:
    """A zipped package that holds a workbook in XML."""
    return sample.parts is not None and {"[Content_Types].xml", "xl/workbook.xml"} <= sample.parts


def read(source: Source) -> Iterator[SheetRows]:
    """Every worksheet; hidden ones are named and not read.

    Raises:
        DecodeError: `too_large`, `doctype_in_part`, `encrypted_file`, `unreadable_file`, `too_many_sheets`.
    """
    with zipfile.ZipFile(source.path) as archive:
        ooxml.check_package(archive, source.limits)
        parts = ooxml.sheet_parts(archive)
        if links := ooxml.external_links(archive):
            source.noted.append(Fault("external_link", context={"count": links}))
        yield from read_workbook(
            source, lambda name: ooxml.scan_sheet(archive, parts.get(name), clean(name), source.limits)
        )
