"""Rows that sum up others are a cross-check: each is compared with what it sums up, and never loaded."""

import math
import re
from collections.abc import Sequence

import pyarrow as pa

from lumbung.decode.headers import Header
from lumbung.decode.outcome import Fault, shortened
from lumbung.decode.shapes.reading import Reading
from lumbung.decode.source import SheetRows
from lumbung.values.cells import NUMBER, plain_text
from lumbung.values.numerals import Evidence, Numeral, take_apart

_CHECKED_AT_MOST = 200
"""Rows of a sheet that are compared; a sheet with more of them is no table of figures with totals."""
_MEAN = re.compile(r"rata|rerata", re.IGNORECASE)


class Totals:
    """Compares the summing rows of one sheet with the rows above them."""

    def __init__(self, sheet: SheetRows, header: Header, reading: Reading) -> None:
        self._sheet, self._reading = sheet, reading
        self._checked = 0
        self.begin(header)

    def begin(self, header: Header) -> None:
        """Begin a table: nothing has been summed up yet."""
        self._header = header
        self._since: dict[int, list[float]] = {}
        self._all: dict[int, list[float]] = {}

    def look(
        self,
        row_numbers: pa.Array,
        summing: pa.Array,
        keep: pa.Array,
        cells: list[tuple[str, ...]],
        columns: dict[str, pa.Array],
        across: dict[int, pa.Array],
    ) -> None:
        """Take note of a piece's figures and compare its summing rows."""
        value = self._reading.spec.value_field
        indexes = list(across) or ([self._header.positions[value]] if value in self._header.positions else [])
        marks = summing.to_pylist()
        if not indexes or self._checked >= _CHECKED_AT_MOST or (not any(marks) and not self._may_follow()):
            return
        kept = keep.to_pylist()
        for index in indexes:
            figures = _figures(cells[index])
            for at, (is_sum, is_kept) in enumerate(zip(marks, kept, strict=True)):
                figure = figures[at]
                if is_sum and figure is not None:
                    label = next((row[at] for row in cells if row[at].strip()), "")
                    self._compare(int(row_numbers[at].as_py()), index, figure, label, cells[index][at])
                elif is_kept and figure is not None:
                    self._since.setdefault(index, []).append(figure)
                    self._all.setdefault(index, []).append(figure)
        self._checked += sum(marks)

    def _may_follow(self) -> bool:
        """Whether figures must be kept although this piece sums nothing up: small sheets only."""
        return sum(map(len, self._all.values())) < 200_000

    def _compare(self, row_number: int, index: int, figure: float, label: str, cell: str) -> None:
        since, everything = self._since.pop(index, []), self._all.get(index, [])
        if not everything:
            return
        is_mean = bool(_MEAN.search(plain_text(label)))
        candidates = [own for own in (since, everything) if own]
        expected = [math.fsum(own) / len(own) if is_mean else math.fsum(own) for own in candidates]
        others = [math.fsum(own) if is_mean else math.fsum(own) / len(own) for own in candidates]
        if any(abs(figure - other) <= max(1.0, 1e-6 * abs(other)) for other in (*expected, *others)):
            return
        nearest = min(expected, key=lambda amount: abs(amount - figure))
        column = index + self._sheet.first_column
        header = self._header.across.get(index) or self._header.texts.get(str(self._reading.spec.value_field))
        self._reading.faults.add(
            Fault(
                "total_mismatch",
                sheet=self._sheet.label,
                row_number=row_number,
                column_name=shortened(plain_text(header or "")) or None,
                value=shortened(plain_text(cell)),
                context={
                    "expected": _shown(nearest),
                    "found": _shown(figure),
                    "difference": _shown(abs(nearest - figure)),
                    "column_number": column,
                },
            )
        )


def _figures(cells: Sequence[str]) -> list[float | None]:
    """The cells of a column as numbers, as far as that needs no doubt; the column decides the separators."""
    evidence = Evidence()
    taken = [
        float(cell[2:]) if cell.startswith(NUMBER) else take_apart(cell, evidence) if cell.strip() else None
        for cell in cells
    ]
    decimal = None if evidence.contradicts() else evidence.decimal_separator()
    return [
        item if isinstance(item, float) else item.value(decimal) if isinstance(item, Numeral) else None
        for item in taken
    ]


def _shown(amount: float) -> str:
    text = f"{amount:,.2f}".rstrip("0").rstrip(".") if not float(amount).is_integer() else f"{amount:,.0f}"
    return text.translate(str.maketrans(",.", ".,"))
