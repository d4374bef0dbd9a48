"""What the columns of a table mean, by the rows of titles above them.

A title means a field (it is an alias), a value of a field that runs across the table (a day, a commodity, a
market, a price level), or a figure of such values (closing stock). Up to three rows are one header: a title
holds for the columns to its right until the next one. Alias lists decide, never likeness.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from lumbung.decode.source import Row, SheetRows
from lumbung.decode.spec import DecodeSpec
from lumbung.decode.table import is_summing_label
from lumbung.reference import name_key
from lumbung.values.cells import kind_of, mark_date, plain_text
from lumbung.values.days import day_of, month_in, month_of
from lumbung.values.text import normalise_header

DEEPEST = 3
"""Rows that may be one header."""
DAY, COMMODITY, MARKET, LEVEL, UNIT = "observed_on", "commodity", "market", "price_level", "unit"
RUN_ACROSS = (DAY, COMMODITY, MARKET)
"""Fields whose values are known wherever they stand; a price level only below what it is a level of."""
_LOOKED_AT, _LETTERS = 100, 4_000
"""Columns, and letters, of the rows above a table in which its month is looked for."""
_WIDEST = 4_000
"""Columns of a header of several rows."""
_LEAST_DAYS = 3
"""Day numbers side by side that are the days of a month named above the table."""
_UNIT_BEHIND = re.compile(
    r"^(.+?)\s*\(\s*(?:dalam\s+|satuan\s*:?\s*)?([^()]+?)\s*\)\s*$", re.IGNORECASE | re.DOTALL
)
_UNIT_ALONE = re.compile(r"^\(?\s*(?:dalam\s+|satuan\s*:?\s*)?([^()]+?)\s*\)?$", re.IGNORECASE)
_BEFORE_LEVEL = frozenset({"harga", "tingkat", "level", "pedagang"})
_NO_UNIT = frozenset({"rp", "idr", "rupiah", "dalamrupiah"})
TONNES = frozenset({"ton", "tonnes", "tonne", "t", "metrikton", "metricton", "mt", "tonhari", "tonperhari"})
WEIGHTS = frozenset({"kg", "kilogram", "kilo", "kgs", "gram", "gr", "kuintal", "kwintal", "ku", "kw", "kwt"})
"""Weights that a stock may be written in by mistake; the lists of units are those of prices."""


class Title(NamedTuple):
    """One title of a column: the cell, where it stands (from the header's first row), whether right here."""

    cell: str
    row: int
    column: int
    is_own: bool


@dataclass(frozen=True)
class Column:
    """What one column means.

    Attributes:
        titles: From top to bottom.
        field: The field it is the column of.
        figure: The figure that its observations give, where a title says so.
        observed: Field → value that holds for the whole column.
        places: Field → row and index of that value's title, counted from the header's first.
        unit: The unit that a title names.
    """

    titles: tuple[Title, ...]
    field: str | None = None
    figure: str | None = None
    observed: tuple[tuple[str, str], ...] = ()
    places: tuple[tuple[str, int, int], ...] = ()
    unit: str | None = None

    @property
    def cell(self) -> str:
        """The lowest title as decoded."""
        return self.titles[-1].cell

    @property
    def text(self) -> str:
        """The lowest title as a person reads it."""
        return plain_text(self.cell)

    @property
    def meaning(self) -> tuple[object, ...]:
        """What two columns of one table may not both mean."""
        if self.field:
            return (self.field,)
        if self.observed:
            return (
                self.figure,
                *((name, normalise_header(plain_text(text))) for name, text in self.observed),
            )
        return tuple(normalise_header(plain_text(title.cell)) for title in self.titles)

    @property
    def sums_up(self) -> bool:
        """Whether it sums up the columns beside it."""
        return not self.field and any(is_summing_label(plain_text(title.cell)) for title in self.titles)


class ColumnReader:
    """Reads the columns of one sheet's headers."""

    def __init__(self, sheet: SheetRows, spec: DecodeSpec, office: str) -> None:
        self._spec, self._known, self._office = spec, spec.known, office
        self._first_row, self._first_column = sheet.first_row, sheet.first_column
        self._ends: dict[tuple[int, int], int] = {}
        for top, left, _, right in sheet.merged:
            self._ends[top, left] = right
        self._kinds: dict[str, str | None] = {}
        self._aliases: dict[str, str | None] = {}
        self._units: dict[str, str | None] = {}

    # -------------------------------------------------------------------------------------- single cells

    def alias(self, cell: str) -> str | None:
        """The field whose header a cell is."""
        if cell not in self._aliases:
            known = self._spec.aliases.get(normalise_header(plain_text(cell))) if cell.strip() else None
            self._aliases[cell] = known
        return self._aliases[cell]

    def kind(self, cell: str) -> str | None:
        """The field that runs across tables of which a cell is a value."""
        if cell not in self._kinds:
            kind = None
            if cell.strip() and not is_summing_label(plain_text(cell)):
                kind = DAY if day_of(cell) else self._known.field_of(cell, self._office)
            self._kinds[cell] = kind if kind in RUN_ACROSS and self._spec.has_field(str(kind)) else None
        return self._kinds[cell]

    def is_market(self, text: str) -> bool:
        """Whether a text is one of the office's markets, also where the dataset has no field for it."""
        return self._known.field_of(text, self._office) == MARKET

    def level_in(self, text: str) -> str | None:
        """The one price level that a title names: `Harga Tingkat Produsen`, or a level alone."""
        words = normalise_header(text).split()
        if len(words) <= 2 and self._known.is_price_level(" ".join(words)):
            return " ".join(words)
        found = {
            word
            for before, word in pairwise(words)
            if before in _BEFORE_LEVEL and self._known.is_price_level(word)
        }
        return found.pop() if len(found) == 1 else None

    def unit_of(self, cell: str) -> str | None:
        """The unit that a cell is, such as `(Ton)` or `Rp/kg`; '' for money alone, None where it is none."""
        if cell not in self._units:
            self._units[cell] = self._read_unit(cell)
        return self._units[cell]

    def _read_unit(self, cell: str) -> str | None:
        if kind_of(cell) != "text" or len(cell) > 40:
            return None
        match = _UNIT_ALONE.match(" ".join(cell.split()))
        key = name_key(match[1]) if match else ""
        if key in _NO_UNIT:
            return ""
        return match[1] if match and self._is_unit(key) else None

    def _is_unit(self, key: str) -> bool:
        return key.removeprefix("rp").removeprefix("per") in self._known.units | TONNES | WEIGHTS

    def _parted(self, cell: str) -> tuple[str, str | None]:
        """A title without the unit behind it, and the unit; both as they are where it has none."""
        match = _UNIT_BEHIND.match(cell) if kind_of(cell) == "text" and "(" in cell else None
        if match is None or self.kind(cell) or self.alias(cell):
            return cell, None
        unit = self.unit_of(match[2])
        return (cell, None) if unit is None else (match[1], unit)

    # ------------------------------------------------------------------------------------------ headers

    def read(self, rows: Sequence[Row], number: int, month: date | None = None) -> list[Column | None] | None:
        """The columns below these rows of titles; None where they are not one header.

        Args:
            rows: The header's rows.
            number: Number of the first of them.
            month: The month that is named above the table, for titles that are days alone.
        """
        if len(rows) > 1 and max(map(len, rows)) > _WIDEST:
            return None
        stacks = self._stacks(rows, number)
        if len(rows) > 1 and not self._are_one(rows, stacks, month):
            return None
        columns = [self._column(stack, None) if stack else None for stack in stacks]
        if month is None or not self._spec.across_figures:
            return columns
        days = [
            index
            for index, column in enumerate(columns)
            if column and not column.observed and not column.field and _day_number(column.cell)
        ]
        numbers = [_day_number(stacks[index][-1].cell) or 0 for index in days]
        if len(days) >= _LEAST_DAYS and all(one < two for one, two in pairwise(numbers)):
            for index in days:
                columns[index] = self._column(stacks[index], month)
        return columns

    def _stacks(self, rows: Sequence[Row], number: int) -> list[list[Title]]:
        width = max(map(len, rows), default=0)
        held: list[tuple[str, int, int] | None] = [None] * len(rows)
        stacks: list[list[Title]] = []
        for index in range(width):
            own = [row[index] if index < len(row) and row[index].strip() else "" for row in rows]
            lowest = max((at for at, cell in enumerate(own) if cell), default=-1)
            stack = []
            for at, cell in enumerate(own[: lowest + 1]):
                if cell:
                    end = self._ends.get((number + at, index + self._first_column))
                    held[at] = cell, index, width if end is None else end - self._first_column
                    held[at + 1 :] = [None] * (len(rows) - at - 1)
                    stack.append(Title(cell, at, index, True))
                    continue
                above = held[at]
                if above is not None and index <= above[2]:
                    stack.append(Title(above[0], at, above[1], False))
            stacks.append(stack)
        return stacks

    def _are_one(self, rows: Sequence[Row], stacks: list[list[Title]], month: date | None) -> bool:
        """Whether the rows below the first are titles too, and not the first observations."""
        if not all(any(cell.strip() for cell in row) for row in rows):
            return False
        spans: dict[tuple[int, int], int] = {}
        for stack in stacks:
            for title in stack[:-1]:
                spans[title.row, title.column] = spans.get((title.row, title.column), 0) + 1
        is_parted = False
        for stack in stacks:
            if not stack or (stack[-1].row == 0):
                is_parted = is_parted or bool(stack and self.alias(stack[-1].cell))
                continue
            lowest, above = stack[-1], stack[:-1]
            if self.unit_of(lowest.cell) is not None and not self._composed(stack):
                continue
            is_word = bool(
                self.alias(lowest.cell)
                or self.kind(lowest.cell)
                or self._parted(lowest.cell)[1] is not None
                or self._composed(stack)
                or self._level(stack)
                or (_day_number(lowest.cell) and (month or any(_month(title.cell) for title in above)))
                or is_summing_label(plain_text(lowest.cell))
            )
            is_spanned = any(spans[title.row, title.column] > 1 for title in above)
            is_parted = is_parted or (is_spanned and is_word)
            if above and not is_spanned and not (self._composed(stack) or self._level(stack)):
                # One cell below one title is a column with its first observation.
                if not is_word or any(self.alias(title.cell) or self.kind(title.cell) for title in above):
                    return False
                is_parted = True
            if not is_word and not (is_spanned and _is_words(lowest.cell)):
                return False
        return is_parted

    def _composed(self, stack: Sequence[Title]) -> str | None:
        """The field that two titles mean together: Stok above Awal."""
        if len(stack) < 2 or self.alias(stack[-1].cell):
            return None
        below = self._parted(stack[-1].cell)[0]
        for title in reversed(stack[:-1]):
            above = self._parted(title.cell)[0]
            above = _UNIT_BEHIND.sub(
                lambda match: match[1] if self.unit_of(match[2]) is not None else match[0], above
            )
            field = self.alias(f"{plain_text(above)} {plain_text(below)}")
            if field:
                return field
        return None

    def _level(self, stack: Sequence[Title]) -> bool:
        """Whether the lowest title is a price level, below the price or below what the price is of."""
        if not self._spec.has_field(LEVEL) or not self._known.is_price_level(stack[-1].cell):
            return False
        return any(
            self.kind(title.cell) or self.alias(title.cell) == self._spec.value_field for title in stack[:-1]
        )

    def _column(self, stack: list[Title], month: date | None) -> Column:
        spec, titles = self._spec, tuple(stack)
        unit = None
        found = self.unit_of(stack[-1].cell) if len(stack) > 1 else None
        if found is not None and not self.alias(stack[-1].cell) and not self._composed(stack):
            unit, stack = found, stack[:-1]
        figures = spec.across_figures
        observed: dict[str, str] = {}
        places: dict[str, tuple[int, int]] = {}
        figure, field, is_understood = None, None, False
        above: date | None = None
        for at, title in enumerate(stack):
            cell, own_unit = self._parted(title.cell)
            unit = own_unit or unit
            is_lowest = at == len(stack) - 1
            name = self.alias(title.cell)
            if name is None and own_unit is not None and spec.is_in_tonnes:
                name = self.alias(cell)
            if is_lowest and name is None:
                name = self._composed(stack)
            kind = None if name else self.kind(cell)
            above = _month(title.cell) or above
            if name is None and kind is None and is_lowest and self._level(stack):
                kind = LEVEL
            if name in figures:
                figure = name
            if is_lowest:
                field = name
            if kind:
                observed[kind] = cell
                places[kind] = title.row, title.column
            number = _day_number(title.cell)
            of = above or (month if is_lowest else None)
            if number and of and not name and kind is None:
                day = _in_month(of, number)
                if day:
                    observed[DAY], places[DAY] = mark_date(day), (title.row, title.column)
                    kind = DAY
            is_understood = bool(name or kind)
        if observed and unit and spec.has_field(UNIT):
            observed[UNIT] = unit
            places[UNIT] = stack[-1].row, stack[-1].column
        # What stands below a day or a commodity may be no figure of it, but a change or a remark.
        if field in figures and any(is_summing_label(plain_text(title.cell)) for title in stack[:-1]):
            field = None
        is_across = is_understood and bool(observed) and (field is None or field in figures) and bool(figures)
        if is_across and any(is_summing_label(plain_text(title.cell)) for title in stack):
            is_across = False
        if not is_across:
            return Column(titles, field=field, figure=figure, unit=unit)
        return Column(
            titles,
            figure=figure,
            observed=tuple(observed.items()),
            places=tuple((name, *place) for name, place in places.items()),
            unit=unit,
        )


def _is_words(cell: str) -> bool:
    return kind_of(cell) == "text" and not cell.strip()[:1].isdigit()


def _month(cell: str) -> date | None:
    """The first day of the month that a title is, such as `Januari 2026`."""
    if kind_of(cell) == "date":
        day = day_of(cell)
        return day.replace(day=1) if day else None
    return month_of(plain_text(cell)) if kind_of(cell) == "text" else None


def _day_number(cell: str) -> int | None:
    """The day of a month that a title is: 1 to 31 and nothing else."""
    if not cell or len(cell) > 8:
        return None
    text = plain_text(cell).strip()
    return (
        int(text) if text.isascii() and text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= 31 else None
    )


def _in_month(month: date, day: int) -> date | None:
    try:
        return month.replace(day=day)
    except ValueError:
        return None


def stated_month(rows: Sequence[Row], sheet_name: str) -> date | None:
    """The one month that the words above a table name, or the sheet's name."""
    words = " ; ".join(plain_text(cell) for row in rows for cell in row[:_LOOKED_AT] if cell.strip())[
        :_LETTERS
    ]
    return month_in(words) or month_in(sheet_name)
