"""The file formats that are read, one module each.

A format is a module with ``NAME``, ``EXTENSION``, ``matches(sample) -> bool`` and
``read(source) -> Iterator[SheetRows]``. To add one, write the module and list it here, the specific before
the general: delimited text matches any text.
"""

from collections.abc import Iterator
from types import ModuleType
from typing import Protocol, cast

from lumbung.decode.formats import archive, csv, html, json, ods, xls, xlsb, xlsx
from lumbung.decode.sample import Sample
from lumbung.decode.source import SheetRows, Source


class Format(Protocol):
    """What the module of a format offers."""

    NAME: str
    EXTENSION: str

    @staticmethod
    def matches(sample: Sample) -> bool:
        """Whether the content is of this format."""

    @staticmethod
    def read(source: Source) -> Iterator[SheetRows]:
        """The sheets one after the other; raises `DecodeError` for what cannot be read."""


_MODULES: tuple[ModuleType, ...] = (xlsx, xlsb, ods, xls, archive, html, json, csv)
FORMATS: tuple[Format, ...] = tuple(cast(Format, module) for module in _MODULES)
