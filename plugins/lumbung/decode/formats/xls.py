"""Excel workbooks of the format before 2007 (.xls): records in an OLE container."""

from collections.abc import Iterator

from lumbung.decode.formats.biff import sheet_facts
from lumbung.decode.formats.sheets import NO_FACTS, read_workbook
from lumbung.decode.sample import OLE, Sample, contains
from lumbung.decode.source import SheetRows, Source, refuse
from lumbung.decode.text import clean

NAME = "xls"
EXTENSION = ".xls"

_STREAMS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
_MACROS = tuple(name.encode("utf-16-le") for name in ("_VBA_PROJECT", "_VBA_PROJECT_CUR"))


def matches(sample: Sample) -> bool:
    """An OLE container with a stream of a workbook."""
    return sample.head.startswith(OLE) and contains(sample.path, _STREAMS)


def read(source: Source) -> Iterator[SheetRows]:
    """Every worksheet; hidden ones are named and not read.

    Raises:
        DecodeError: `macro_file`, `encrypted_file`, `unreadable_file`, `too_large`, `too_many_sheets`.
    """
    if contains(source.path, _MACROS):
        raise refuse("macro_file")

    # Before the reader sees the file: it makes room for what damaged records say.
    facts = sheet_facts(source.path.read_bytes(), source.limits)
    yield from read_workbook(source, lambda name: facts.get(clean(name), NO_FACTS))
