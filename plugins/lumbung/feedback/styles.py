"""The formats of the feedback workbook: few colours, each beside a word or a border that says the same."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

INK, RULE, ACCENT, GREY = "#1B2733", "#D9DEE3", "#0B5C8A", "#5B6670"
MUST, ASK, FINE = "#B33636", "#B85A1E", "#1A6E5C"
"""Of words; beside them `_TINTS` fill cells. The orange is darker than that of charts, to be read as text."""
_TINTS = {"galat": "#F7DEDE", "konfirmasi": "#FCE9D9"}
FILLED, NOT_NEEDED, FRAME = "#EAF2F8", "#E3E6E9", "#B9C2CA"
"""Of workbooks to fill in: cells that are filled already, that no figure belongs in, and their borders."""
_THICK, _DASHED, _THIN = 2, 3, 1

VERDICT_COLOURS = {
    "accepted": FINE,
    "accepted_with_notes": FINE,
    "partially_accepted": ASK,
    "rejected": MUST,
}


class Styles:
    """Formats of one workbook, each made once."""

    def __init__(self, book: "Workbook") -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def of(self, **properties: Any) -> "Format":
        """A format with these properties beside those that all cells share."""
        shared: dict[str, Any] = {"font_name": "Arial", "font_size": 10, "font_color": INK, "valign": "top"}
        merged = shared | properties
        key = tuple(sorted(merged.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(merged)
        return self._made[key]

    def heading(self) -> "Format":
        """A table's header."""
        return self.of(bold=True, font_color="#FFFFFF", bg_color=ACCENT, text_wrap=True, border=_THIN,
                       border_color=RULE, valign="vcenter")  # fmt: skip

    def body(self, severity: str | None = None, **properties: Any) -> "Format":
        """A table's cell; with a severity its word is coloured."""
        colour = {"galat": MUST, "konfirmasi": ASK}.get(severity or "", INK)
        return self.of(
            font_color=colour, text_wrap=True, border=_THIN, border_color=RULE, bold=severity is not None,
            **properties,
        )  # fmt: skip

    def office_cell(self, severity: str | None, is_header: bool, num_format: str | None) -> "Format":
        """A cell of the office's own sheet, marked or not."""
        properties: dict[str, Any] = {}
        if num_format:
            properties["num_format"] = num_format
        if is_header:
            properties |= {"bold": True, "bottom": _THIN, "text_wrap": True}
        if severity == "galat":
            properties |= {"bg_color": _TINTS["galat"], "border": _THICK, "border_color": MUST, "bold": True}
        elif severity == "konfirmasi":
            properties |= {"bg_color": _TINTS["konfirmasi"], "border": _DASHED, "border_color": ASK,
                           "italic": True}  # fmt: skip
        return self.of(**properties)
