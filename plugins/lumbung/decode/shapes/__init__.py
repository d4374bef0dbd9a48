"""The layouts that are understood: tables of rows and columns, and nested JSON.

A shape is a function that looks at a sheet's head and, when it has that shape, reads it into the table and
says True. Which of the layouts of a table a sheet has, its header says (`headers.py`).
"""

from collections.abc import Callable

from lumbung.decode.shapes import nested, tables
from lumbung.decode.shapes.reading import Reading
from lumbung.decode.source import SheetRows

Shape = Callable[[SheetRows, Reading], bool]

SHAPES: tuple[Shape, ...] = (nested.read_sheet, tables.read_sheet)
