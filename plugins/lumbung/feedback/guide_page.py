"""A sheet of instructions, written down one line after the other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lumbung.feedback.heights import height_of
from lumbung.feedback.office_sheets import as_text
from lumbung.feedback.styles import ACCENT, FILLED, GREY, Styles

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet


class GuidePage:
    """Writes down the page.

    Args:
        target: The sheet.
        styles: The workbook's formats.
        widths: Of its columns.
        head_points: Height of a table's header.
    """

    def __init__(
        self, target: "Worksheet", styles: Styles, widths: Sequence[float], head_points: float
    ) -> None:
        self._target, self._styles, self._widths = target, styles, widths
        self._head_points = head_points
        self._row = 0
        for column, width in enumerate(widths):
            target.set_column(column, column, width)

    def line(self, text: str, size: int = 10, **properties: object) -> None:
        """A line over all columns."""
        style = self._styles.of(text_wrap=True, font_size=size, valign="vcenter", **properties)
        self._target.merge_range(self._row, 0, self._row, len(self._widths) - 1, "", style)
        self._target.write_string(self._row, 0, as_text(text), style)
        self._end(height_of([(text, sum(self._widths))], size))

    def section(self, heading: str) -> None:
        """A heading, after some room."""
        self._row += 1
        style = self._styles.of(bold=True, font_color=ACCENT, font_size=11, bottom=1, bottom_color=ACCENT)
        for column in range(len(self._widths)):
            self._target.write_blank(self._row, column, None, style)
        self._target.write_string(self._row, 0, heading, style)
        self._row += 1

    def fact(self, name: str, value: str) -> None:
        """A word and what it is."""
        self._target.write_string(self._row, 0, name, self._styles.of(font_color=GREY, text_wrap=True))
        style = self._styles.of(text_wrap=True, bold=True)
        self._target.merge_range(self._row, 1, self._row, len(self._widths) - 1, "", style)
        self._target.write_string(self._row, 1, as_text(value), style)
        self._end(height_of([(name, self._widths[0]), (value, sum(self._widths[1:]))]))

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table over all columns."""
        for column, head in enumerate(heads):
            self._target.write_string(self._row, column, head, self._styles.heading())
        self._end(self._head_points)
        for row in rows:
            for column, cell in enumerate(row):
                style = self._styles.body(bg_color=FILLED) if column == 0 else self._styles.body()
                self._target.write_string(self._row, column, as_text(cell), style)
            self._end(height_of(zip(row, self._widths, strict=True)))

    def repeat_next_row(self) -> None:
        """Let the row that comes next stand at the head of the printed pages after its own too."""
        self._target.repeat_rows(self._row)

    def _end(self, points: float) -> None:
        self._target.set_row(self._row, points)
        self._row += 1
