"""The layouts that are understood, by the name contracts give them.

A shape is a function that looks at a sheet's head and, when it has that shape, reads it into the table and
says True. To add one, write its module and name it here.
"""

from collections.abc import Callable

from lumbung.decode.shapes import long
from lumbung.decode.shapes.reading import Reading
from lumbung.decode.source import SheetRows

Shape = Callable[[SheetRows, Reading], bool]

SHAPES: dict[str, Shape] = {"long": long.read_sheet}
