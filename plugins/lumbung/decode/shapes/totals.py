"""Rows that sum up others are a cross-check: each is compared with what it sums up, and never loaded."""

import math
import re
from collections.abc import Sequence

import pyarrow as pa

from lumbung.decode.headers import Header
from lumbung.decode.outcome import Fault, shortened
from lumbung.decode.shapes.reading import Reading
from lumbung.decode.source import SheetRows
from lumbung.decode.table import is_summing_label
from lumbung.values.cells import NUMBER, plain_text
from lumbung.values.numerals import Evidence, Numeral, take_apart

_CHECKED_AT_MOST = 200
"""Rows of a sheet that are compared; a sheet with more of them is no table of figures with totals."""
_ROUNDED = 50.0
"""Published means of groups are rounded to so many rupiah."""
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
        self._figures: dict[int, list[float | None]] = {}
        self._keys: dict[str, list[str | None]] = {}
        self._since: dict[int, int] = {}

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
        indexes = list(across) or self._summable()
        marks = summing.to_pylist()
        if not indexes or self._checked >= _CHECKED_AT_MOST or (not any(marks) and not self._may_follow()):
            return
        kept = keep.to_pylist()
        figures = {index: _figures(cells[index]) for index in indexes}
        keys = {
            name: column.to_pylist()
            for name, column in columns.items()
            if self._header.positions[name] not in figures and not self._is_figure(name)
        }
        for at, (is_sum, is_kept) in enumerate(zip(marks, kept, strict=True)):
            if is_sum:
                same = {name: texts[at] for name, texts in keys.items() if _says(texts[at])}
                label = next((row[at] for row in cells if is_summing_label(plain_text(row[at]))), "")
                for index in indexes:
                    figure = figures[index][at]
                    if figure is not None:
                        place = int(row_numbers[at].as_py()), index
                        self._compare(place, figure, label, cells[index][at], same)
            elif is_kept:
                for index in indexes:
                    self._figures.setdefault(index, []).append(figures[index][at])
                for name, texts in keys.items():
                    self._keys.setdefault(name, []).append(texts[at])
        self._checked += sum(marks)

    def look_at_groups(
        self,
        row_numbers: pa.Array,
        heads: pa.Array,
        keep: pa.Array,
        cells: list[tuple[str, ...]],
        across: dict[int, pa.Array],
    ) -> None:
        """Compare the figures of rows that head a group with the mean of the group's own rows below them."""
        at_heads = [at for at, is_head in enumerate(heads.to_pylist()) if is_head]
        if not at_heads or self._checked >= _CHECKED_AT_MOST:
            return
        kept = keep.to_pylist()
        for index in list(across) or self._summable():
            figures = _figures(cells[index])
            for at, end in zip(at_heads, [*at_heads[1:], len(kept)], strict=True):
                figure = figures[at]
                own = [f for f, k in zip(figures[at + 1 : end], kept[at + 1 : end], strict=True) if k and f]
                if figure is None or not own:
                    continue
                sums = math.fsum(own), math.fsum(own) / len(own)
                if not any(abs(figure - one) <= max(_ROUNDED, 0.005 * abs(one)) for one in sums):
                    nearest = min(sums, key=lambda amount: abs(amount - figure))
                    self._tell((int(row_numbers[at].as_py()), index), figure, nearest, cells[index][at])
        self._checked += len(at_heads)

    def _summable(self) -> list[int]:
        return [
            self._header.positions[item.name]
            for item in self._reading.spec.fields
            if item.sums_up and item.name in self._header.positions
        ]

    def _is_figure(self, name: str) -> bool:
        return any(item.is_figure for item in self._reading.spec.fields if item.name == name)

    def _may_follow(self) -> bool:
        """Whether figures must be kept although this piece sums nothing up: small sheets only."""
        return sum(map(len, self._figures.values())) < 200_000

    def _compare(
        self, place: tuple[int, int], figure: float, label: str, cell: str, same: dict[str, str | None]
    ) -> None:
        """Compare a figure with the rows above it, of those that share what its row says beside the label."""
        index = place[1]
        column = self._figures.get(index, [])
        is_own = [
            figure is not None and all(self._keys[name][at] == text for name, text in same.items())
            for at, figure in enumerate(column)
        ]
        since = self._since.get(index, 0)
        everything = [f for f, own in zip(column, is_own, strict=True) if own and f is not None]
        latest = [f for f, own in zip(column[since:], is_own[since:], strict=True) if own and f is not None]
        self._since[index] = len(column)
        if not everything:
            return
        is_mean = bool(_MEAN.search(plain_text(label)))
        candidates = [own for own in (latest, everything) if own]
        expected = [math.fsum(own) / len(own) if is_mean else math.fsum(own) for own in candidates]
        others = [math.fsum(own) if is_mean else math.fsum(own) / len(own) for own in candidates]
        if any(abs(figure - other) <= max(1.0, 1e-6 * abs(other)) for other in (*expected, *others)):
            return
        self._tell(place, figure, min(expected, key=lambda amount: abs(amount - figure)), cell)

    def _tell(self, place: tuple[int, int], figure: float, nearest: float, cell: str) -> None:
        row_number, index = place
        name = next((name for name, at in self._header.positions.items() if at == index), None)
        header = self._header.across.get(index) or self._header.texts.get(str(name))
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
                    "column_number": index + self._sheet.first_column,
                },
            )
        )


def _says(text: str | None) -> bool:
    """Whether a cell of a summing row says which rows it sums up: it holds something beside the label."""
    return text is not None and not is_summing_label(plain_text(text))


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
