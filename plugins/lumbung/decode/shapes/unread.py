"""Columns and sheets that are not read although they seem to hold what is reported: told, never guessed.

A column of remarks is passed over in silence. Told is a column of numbers among those that run across a
table, whose header no list knows, and a column whose header is spelt like an understood one that is absent.
"""

import re
from collections.abc import Sequence

from lumbung.decode.headers import Header
from lumbung.decode.outcome import Fault, shortened
from lumbung.decode.shapes.reading import Reading
from lumbung.decode.source import Row, SheetRows
from lumbung.decode.table import is_summing_label
from lumbung.values.cells import ERROR_KIND, kind_of, plain_text
from lumbung.values.text import nearest, normalise_header

_NO_VALUES = frozenset(
    {"no", "nomor", "no urut", "kode", "ket", "keterangan", "catatan", "het", "hap", "het hap"}
)
_CHANGES = re.compile(r"\b(perubahan|selisih|persen|naik|turun|kenaikan|penurunan|disparitas)\b")
_NUMBER = re.compile(r"^(\x1f[nd]|\s*(?i:rp)?[\s.]*[-(]?[0-9])")
_ALIKE = 0.8
"""How much alike a header must be to one that is understood."""
_LEAST_CELLS = 3
"""Cells of a row that may be an observation; a numbered instruction has two."""


def looks_like_figures(row: Row) -> bool:
    """Whether a row of a sheet without a header may be an observation: several cells, one a number."""
    filled = [cell for cell in row if cell.strip()]
    return len(filled) >= _LEAST_CELLS and any(_NUMBER.match(cell) for cell in filled)


class UnreadColumns:
    """Tells the columns of one table that are not read though they seem to be meant."""

    def __init__(self, sheet: SheetRows, header: Header, reading: Reading) -> None:
        self._sheet, self._header, self._reading = sheet, header, reading
        self._suspects = {
            index: text for index, text in header.unread.items() if text and self._is_suspect(index, text)
        }

    def __bool__(self) -> bool:
        return bool(self._suspects)

    def _is_suspect(self, index: int, text: str) -> bool:
        form = normalise_header(plain_text(text))
        if (
            index in self._header.sums
            or is_summing_label(plain_text(text))
            or form in _NO_VALUES
            or _CHANGES.search(form)
        ):
            return False
        return (bool(self._header.across) and index > min(self._header.across)) or bool(
            self._meant(plain_text(text))
        )

    def _meant(self, text: str) -> str | None:
        """The label of a field without a column, of which an alias is spelt like the header."""
        spec, form = self._reading.spec, normalise_header(text)
        taken = {*self._header.positions, *self._header.stated, *self._header.across_fields}
        taken |= {str(self._header.figure_of(column)) for column in self._header.columns.values()}
        for item in spec.fields:
            if item.name in taken:
                continue
            aliases = [alias for alias, name in spec.aliases.items() if name == item.name]
            starts = any(form.startswith(f"{alias} ") or alias.startswith(f"{form} ") for alias in aliases)
            if starts or nearest(form, aliases, n=1, cutoff=_ALIKE):
                return item.label
        return None

    def look(self, kept: Sequence[Row]) -> None:
        """Note the columns that hold something in rows of observations."""
        for index, text in list(self._suspects.items()):
            cells = [row[index] for row in kept if index < len(row) and row[index].strip()]
            is_across = bool(self._header.across) and index > min(self._header.across)
            if any(_NUMBER.match(cell) for cell in cells) or (cells and not is_across):
                self._tell(index, text)
                del self._suspects[index]

    def _tell(self, index: int, text: str) -> None:
        plain = plain_text(text)
        suggestion = self._meant(plain)
        across = self._header.across_fields
        if suggestion is None and across and kind_of(text) != ERROR_KIND:
            known = self._reading.spec.known.names_of(across[-1], self._reading.office)
            suggestion = next(iter(nearest(plain, known, n=1)), None)
        context = {"column_number": index + self._sheet.first_column, "suggestion": suggestion}
        self._reading.faults.add(
            Fault(
                "column_not_read",
                sheet=self._sheet.label,
                row_number=self._header.across_row,
                column_name=shortened(plain),
                context={key: value for key, value in context.items() if value is not None},
            )
        )
