"""Rows that sum up others are a cross-check: each is compared with what it sums up, and never loaded."""

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from lumbung.decode.columns import Column
from lumbung.decode.headers import Header
from lumbung.decode.outcome import Fault, shortened
from lumbung.decode.shapes.reading import Reading
from lumbung.decode.source import SheetRows
from lumbung.decode.table import is_summing_label
from lumbung.values.cells import NUMBER, plain_text
from lumbung.values.numerals import MOST_DIGITS, Evidence, Numeral, take_apart

_CHECKED_AT_MOST = 200
"""Rows of a sheet that are compared; a sheet with more of them is no table of figures with totals."""
_ROUNDED = 50.0
"""Published means of groups are rounded to so many rupiah."""
_OF_MONEY = 1_000.0
"""Figures from here on are counted in whole units: means of prices, not of tonnes."""
_MEAN = re.compile(r"rata|rerata", re.IGNORECASE)


@dataclass(frozen=True)
class _Piece:
    """Rows of a sheet as read: which sum others up, which are kept, their figures and other cells."""

    marks: list[bool | None]
    keep: pa.Array
    cells: dict[int, tuple[str, ...]]
    keys: dict[str, pa.Array]


class Totals:
    """Compares the summing rows of one sheet with the rows above them."""

    def __init__(self, sheet: SheetRows, header: Header, reading: Reading) -> None:
        self._sheet, self._reading = sheet, reading
        self._checked = self._told_across = 0
        self.begin(header)

    def begin(self, header: Header) -> None:
        """Begin a table: nothing has been summed up yet."""
        self._header = header
        self._figures: dict[int, list[float | None]] = {}
        self._keys: dict[str, list[str | None]] = {}
        self._since: dict[int, int] = {}
        self._unread: list[_Piece] = []
        self._kept = 0

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
        keys = {
            name: column
            for name, column in columns.items()
            if self._header.positions[name] not in indexes and not self._is_figure(name)
        }
        self._unread.append(_Piece(marks, keep, {index: cells[index] for index in indexes}, keys))
        self._kept += keep.true_count * len(indexes)
        if any(marks):  # most sheets sum nothing up: theirs need not be read
            for piece in self._unread[:-1]:
                self._take(piece)
            self._compare_piece(self._unread[-1], row_numbers, cells)
            self._unread = []
            self._checked += sum(marks)

    def _take(self, piece: "_Piece") -> None:
        """Take note of a piece in which nothing is summed up."""
        kept = piece.keep.to_pylist()
        for index, column in piece.cells.items():
            self._figures.setdefault(index, []).extend(itertools.compress(_figures(column), kept))
        for name, texts in piece.keys.items():
            self._keys.setdefault(name, []).extend(itertools.compress(texts.to_pylist(), kept))

    def _compare_piece(self, piece: "_Piece", row_numbers: pa.Array, cells: list[tuple[str, ...]]) -> None:
        indexes = list(piece.cells)
        figures = {index: _figures(column) for index, column in piece.cells.items()}
        keys = {name: column.to_pylist() for name, column in piece.keys.items()}
        for at, (is_sum, is_kept) in enumerate(zip(piece.marks, piece.keep.to_pylist(), strict=True)):
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

    def look_across(self, row_numbers: pa.Array, keep: pa.Array, cells: list[tuple[str, ...]]) -> None:
        """Compare columns that sum up those beside them (Jumlah, Rata-rata) in every observation's row."""
        sums = {index: column for index, column in self._header.sums.items() if index < len(cells)}
        if not sums or not self._header.columns or self._told_across >= _CHECKED_AT_MOST:
            return
        figures = {index: _figures(cells[index]) for index in (*self._header.columns, *sums)}
        for index, column in sums.items():
            groups = self._beside(index, column)
            for at, is_kept in enumerate(keep.to_pylist()):
                figure = figures[index][at]
                if not is_kept or figure is None or self._told_across >= _CHECKED_AT_MOST:
                    continue
                own = [[figures[one][at] for one in group] for group in groups]
                filled = [[one for one in group if one] for group in own]
                nearest = _off(figure, [group for group in filled if group], column.text, cells[index][at])
                if nearest is not None:
                    self._told_across += 1
                    self._tell((int(row_numbers[at].as_py()), index), figure, nearest, cells[index][at])

    def _beside(self, index: int, column: Column) -> list[list[int]]:
        """The columns that one may sum up: since the last one that sums up, all, those with its titles."""
        header = self._header
        alike = [one for one, own in header.columns.items() if column.figure in (None, own.figure)]
        since = max((one for one in header.sums if one < index), default=-1)
        parents = {(title.row, title.column) for title in column.titles[:-1]}
        family = [
            one for one in alike if parents & {(t.row, t.column) for t in header.columns[one].titles[:-1]}
        ]
        if not column.figure and len({header.figure_of(own) for own in header.columns.values()}) > 1:
            return [family] if family else []
        return [[one for one in alike if since < one < index], family, alike]

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
        return self._kept < 200_000

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
        nearest = _off(figure, [own for own in (latest, everything) if own], plain_text(label), cell)
        if nearest is not None:
            self._tell(place, figure, nearest, cell)

    def _tell(self, place: tuple[int, int], figure: float, nearest: float, cell: str) -> None:
        row_number, index = place
        name = next((name for name, at in self._header.positions.items() if at == index), None)
        own = self._header.sums.get(index)
        header = own.cell if own else self._header.across.get(index) or self._header.texts.get(str(name))
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


def _off(figure: float, candidates: list[list[float]], label: str, cell: str) -> float | None:
    """What a figure should be that sums up one of these; None where it does, as a sum or as a mean.

    It may be rounded to the digit it is written with, and to whole rupiah where the figures have thousands.
    """
    if not candidates:
        return None
    sums = [math.fsum(own) for own in candidates]
    means = [math.fsum(own) / len(own) for own in candidates]
    rounding = 1.0 if max(map(abs, means)) >= _OF_MONEY else _last_digit(cell)
    if any(abs(figure - one) <= max(rounding, 1e-6 * abs(one)) for one in (*sums, *means)):
        return None
    expected = means if _MEAN.search(label) else sums
    return min(expected, key=lambda amount: abs(amount - figure))


def _last_digit(cell: str) -> float:
    """One in the last digit that a figure is written with; a calculated one has many, and counts as exact."""
    text = plain_text(cell).strip()
    digits = re.search(r"[.,]([0-9]+)$", text)
    return 10.0 ** -min(len(digits[1]), 6) if digits else 1.0


def _says(text: str | None) -> bool:
    """Whether a cell of a summing row says which rows it sums up: it holds something beside the label."""
    return text is not None and not is_summing_label(plain_text(text))


def _figures(cells: Sequence[str]) -> list[float | None]:
    """The cells of a column as numbers, as far as that needs no doubt; the column decides the separators."""
    evidence = Evidence()
    taken = [
        float(cell[2:] if cell.startswith(NUMBER) else cell)
        if cell.startswith(NUMBER) or _is_whole(cell)
        else (take_apart(cell, evidence) if cell.strip() else None)
        for cell in cells
    ]
    decimal = None if evidence.contradicts() else evidence.decimal_separator()
    return [
        item if isinstance(item, float) else item.value(decimal) if isinstance(item, Numeral) else None
        for item in taken
    ]


def _is_whole(cell: str) -> bool:
    """Whether a cell is nothing but the digits of a whole number, which say nothing of separators."""
    return (
        cell.isdecimal() and cell.isascii() and len(cell) <= MOST_DIGITS and (cell[0] != "0" or cell == "0")
    )


def _shown(amount: float) -> str:
    text = f"{amount:,.2f}".rstrip("0").rstrip(".") if not float(amount).is_integer() else f"{amount:,.0f}"
    return text.translate(str.maketrans(",.", ".,"))
