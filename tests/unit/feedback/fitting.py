"""Which texts of a workbook do not fit their cells, measured by the widths of Arial's letters."""

from typing import Any

_EM = {
    **dict.fromkeys("ijl'|", 222), **dict.fromkeys(" ft,.:;!/\\[]()I", 278), **dict.fromkeys("r-\"", 340),
    **dict.fromkeys("ckszvxyJ", 500), **dict.fromkeys("m", 833), **dict.fromkeys("wCDHNRUwBEKAPSVXY&", 722),
    **dict.fromkeys("GOQM%", 850),
}  # fmt: skip
_OTHERS = 556
"""Thousandths of the letters' size."""
_BOLD = 1.07
_PIXELS_PER_POINT = 96 / 72
_LINE = 12.75
"""Points that a line of 10 points takes."""


def cut_texts(ws: Any) -> list[str]:
    """The cells whose text is cut: more lines than the row is tall, or wider than its column if not wrapped.

    Text that is not wrapped may run over empty cells on its right.
    """
    merged = {
        (area.min_row, area.min_col): range(area.min_col, area.max_col + 1) for area in ws.merged_cells.ranges
    }
    pixels = {}
    for dimension in ws.column_dimensions.values():
        for column in range(dimension.min, dimension.max + 1):
            pixels[column] = dimension.width * 7
    cut = []
    for row in ws.iter_rows():
        height = ws.row_dimensions[row[0].row].height or 15
        for cell in row:
            if not isinstance(cell.value, str):
                continue
            columns = merged.get((cell.row, cell.column), range(cell.column, cell.column + 1))
            room = sum(pixels.get(column, 64) for column in columns) - 2
            if cell.alignment.wrap_text:
                lines = _lines(cell.value, room, cell.font)
                fits = lines * _LINE * cell.font.size / 10 <= height + 1
            else:
                beside = ws.cell(cell.row, columns[-1] + 1).value
                fits = _width(cell.value, cell.font) <= room or beside is None
            if not fits:
                cut.append(f"{ws.title}!{cell.coordinate}: {cell.value}")
    return cut


def _width(text: str, font: Any) -> float:
    thousandths = sum(_EM.get(letter, _OTHERS) for letter in text) * (_BOLD if font.bold else 1)
    return float(thousandths / 1000 * font.size * _PIXELS_PER_POINT)


def _lines(text: str, room: float, font: Any) -> int:
    lines = 0
    for part in text.split("\n"):
        line, lines = "", lines + 1
        for word in part.split():
            longer = f"{line} {word}".strip()
            if line and _width(longer, font) > room:
                longer, lines = word, lines + 1
            lines += int(_width(longer, font) // room) if longer == word else 0
            line = longer
    return lines
