"""OpenDocument spreadsheets (.ods), as LibreOffice saves them."""

import re
import zipfile
from collections.abc import Iterator

from lumbung.decode.formats import ooxml
from lumbung.decode.formats.sheets import NO_FACTS, read_workbook
from lumbung.decode.sample import Sample
from lumbung.decode.source import SheetRows, Source, refuse

NAME = "ods"
EXTENSION = ".ods"

_MACRO_PARTS = ("basic/", "scripts/")
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
        yield from read_workbook(source, lambda _name: NO_FACTS)
