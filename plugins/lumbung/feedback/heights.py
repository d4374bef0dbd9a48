"""Heights of rows whose text is wrapped: not every spreadsheet lets rows grow by themselves."""

from collections.abc import Iterable

_PER_UNIT = 1.12
"""Characters of running text of 10 points that fit into a column's unit of width."""
_MARGIN = 1.0
"""Units of a column's width that stay free; they count in narrow ones."""
_LINE_POINTS, _ROOM = 13.5, 3.0
_TALLEST = 409.0
"""What a spreadsheet allows, in points."""


def height_of(cells: Iterable[tuple[str, float]], size: int = 10) -> float:
    """Points that a row needs.

    Args:
        cells: Each cell's text and the width of its column.
        size: Of the letters, in points.
    """
    lines = max((_lines(text, (width - _MARGIN) * _PER_UNIT * 10 / size) for text, width in cells), default=1)
    return min(lines * _LINE_POINTS * size / 10 + _ROOM, _TALLEST)


def _lines(text: str, width: float) -> int:
    """Lines that a text takes when it is broken between words, and within words that are too long."""
    lines, room = 1, width
    for word in text.split():
        if len(word) > room and room < width:
            lines, room = lines + 1, width
        if len(word) > width:
            lines += int(len(word) // width)
            room = width - len(word) % width - 1
        else:
            room -= len(word) + 1
    return lines
