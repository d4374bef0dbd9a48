"""Finding the header of a table and what is wrong with it. What its columns mean, `columns.py` says."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lumbung.decode.columns import (
    COMMODITY,
    DEEPEST,
    LEVEL,
    MARKET,
    TONNES,
    UNIT,
    Column,
    ColumnReader,
    stated_month,
)
from lumbung.decode.formats.ooxml import column_letters
from lumbung.decode.outcome import Fault, shortened
from lumbung.decode.places import cell_name
from lumbung.decode.source import Row, SheetRows
from lumbung.decode.spec import DecodeSpec, FieldSpec
from lumbung.decode.stated import stated_figure, stated_place, stated_unit, stated_values
from lumbung.reference import name_key
from lumbung.values.cells import plain_text
from lumbung.values.days import is_weekday
from lumbung.values.text import normalise_header

_LEAST_MATCHES = 2
_LIKENESS = 0.6
_LONGEST_COMPARED = 60
"""Letters of a header that may be a misspelt one; a longer one is a sentence."""
_COMPARED_AT_MOST = 300
"""Headers of a row that are looked at for a misspelt one: comparing is slow."""
PLACES = ("pasar ", "psr ", "gudang ")
"""How titles begin that are places, beside the markets that the lists know."""
_LEAST_NUMBERED = 4
"""Columns of a table whose columns are numbered in a row below their titles."""
ACROSS_SHAPES = {
    "observed_on": "wide_by_date",
    "commodity": "wide_by_commodity",
    "market": "wide_by_market",
    LEVEL: "long",
}
"""Fields whose values may run across a table, each with the shape that this makes."""


@dataclass
class Header:
    """The header of one table.

    Attributes:
        row_number: Of its last row, as a person counts.
        width: Cells up to the last header that is not blank.
        positions: Field name → index of its column in the row.
        texts: Field name → header as written.
        stated: Field name → value that stands above the table (`Komoditas: Bawang Merah`) or as sheet name.
        stated_at: Field name → row and column of that value; nothing for a sheet's name.
        columns: Index of a column → what runs across there.
        figure: The figure of columns whose titles name none.
        rows: Its rows as written, those of titles alone.
        first_row: Number of the first of them.
        ignored: Headers as written that mean no field of the contract.
        unread: Index of a column → its header, where that means no field and no value that runs across.
        sums: Index of a column that sums up those beside it → its titles.
        unit: A unit that its titles, or the words above it, name.
        place: A market that they name, where the dataset knows none.
        read_columns: All columns with titles.
    """

    row_number: int
    width: int
    positions: dict[str, int]
    texts: dict[str, str]
    stated: dict[str, str] = field(default_factory=dict)
    stated_at: dict[str, dict[str, int]] = field(default_factory=dict)
    columns: dict[int, Column] = field(default_factory=dict)
    figure: str | None = None
    rows: list[Row] = field(default_factory=list)
    first_row: int = 0
    ignored: list[str] = field(default_factory=list)
    unread: dict[int, str] = field(default_factory=dict)
    sums: dict[int, Column] = field(default_factory=dict)
    unit: str | None = None
    place: str | None = None
    read_columns: list[tuple[int, Column]] = field(default_factory=list)

    @property
    def across(self) -> dict[int, str]:
        """Index of a column → its lowest title, of columns that hold observations side by side."""
        return {index: column.cell for index, column in self.columns.items()}

    @property
    def across_fields(self) -> tuple[str, ...]:
        """The fields that run across."""
        names = (name for column in self.columns.values() for name, _ in column.observed)
        return tuple(dict.fromkeys(names))

    @property
    def across_row(self) -> int:
        """The row in which the lowest titles of what runs across stand."""
        rows = [column.titles[-1].row for column in self.columns.values()]
        return self.first_row + max(rows, default=0) if rows else self.row_number

    @property
    def shape(self) -> str:
        """The name that contracts give the table's shape."""
        return next((shape for name, shape in ACROSS_SHAPES.items() if name in self.across_fields), "long")

    def figure_of(self, column: Column) -> str | None:
        """The figure that a column's observations give."""
        return column.figure or self.figure

    @property
    def blocks(self) -> list[dict[str, int]]:
        """Per observation of a row its figures, each with the index of its column."""
        blocks: dict[tuple[tuple[str, str], ...], dict[str, int]] = {}
        for index, column in self.columns.items():
            blocks.setdefault(column.observed, {})[str(self.figure_of(column))] = index
        return list(blocks.values())

    def entry(self, first_column: int, value_field: str | None) -> dict[str, Any]:
        """The header as the outcome records it; positions as a person counts."""
        columns = {
            name: {"header": self.texts[name], "position": index + first_column}
            for name, index in self.positions.items()
        }
        entry: dict[str, Any] = {
            "shape": self.shape,
            "header_row": self.row_number,
            "columns": columns,
            "stated": self.stated,
            "stated_at": self.stated_at,
            "ignored_columns": self.ignored,
        }
        if self.columns:
            entry["across"] = self._titles_across(first_column)
            entry["value_field"] = value_field
            entry["value_columns"] = [index + first_column for index in self.columns]
        if self.columns and value_field is None:
            entry["blocks"] = [
                {figure: index + first_column for figure, index in block.items()} for block in self.blocks
            ]
        return entry

    def _titles_across(self, first_column: int) -> dict[str, dict[str, Any]]:
        """Per field the row of its titles and, where one holds for several columns, where they begin."""
        across: dict[str, dict[str, Any]] = {}
        starts: dict[str, set[int]] = {}
        spanning: set[str] = set()
        for index, column in self.columns.items():
            for name, row, start in column.places:
                across.setdefault(name, {"row": self.first_row + row})
                starts.setdefault(name, set()).add(start + first_column)
                if start != index:
                    spanning.add(name)
        for name in spanning:
            across[name]["starts"] = sorted(starts[name])
        return across


def find_header(first_rows: list[Row], sheet: SheetRows, spec: DecodeSpec, office: str = "") -> Header | None:
    """The rows in which most columns are understood; the fewest and first of them where several are equal.

    One header alone proves nothing (a title may say "Harga"), so at least two must be understood, one of them
    of a column that must be there, or one of them of a field and one of a value that runs across.

    Args:
        first_rows: The sheet's first rows.
        sheet: Where they come from.
        spec: What is understood.
        office: Regency code, by which markets are known.

    Returns:
        The header; None when no row qualifies.
    """
    reader = ColumnReader(sheet, spec, office)
    best: tuple[tuple[int, int, int], Header] | None = None
    for index in range(len(first_rows)):
        if best is not None and _is_beaten(best[0], first_rows[index : index + DEEPEST]):
            continue
        found = header_at(first_rows, index, sheet.first_row, sheet, spec, reader)
        if found is None:
            continue
        score, header = found
        rank = (score, -len(header.rows), -index)
        if best is None or rank > best[0]:
            best = rank, header
    if best is None:
        return None
    header = best[1]
    begin = header.first_row - sheet.first_row
    complete(header, first_rows[:begin], sheet.first_row, sheet, spec, reader)
    skip_remarks(header, first_rows[begin + len(header.rows) :], reader)
    return header


def _is_beaten(rank: tuple[int, int, int], rows: list[Row]) -> bool:
    """Whether no header in rows further down can rank higher: a column says one thing at most."""
    score, fewest_rows, _ = rank
    widest = max(map(len, rows))
    return widest < score or (widest == score and fewest_rows == -1)


def header_at(
    rows: list[Row],
    index: int,
    first_row: int,
    sheet: SheetRows,
    spec: DecodeSpec,
    reader: ColumnReader,
) -> tuple[int, Header] | None:
    """The header that begins in a row, and how many columns it says; None where none does.

    Args:
        rows: Rows of the sheet.
        index: Of the header's first row among them.
        first_row: Number of the first of the rows.
        sheet: Where they come from.
        spec: What is understood.
        reader: Knows the names.
    """
    month = stated_month(rows[max(index - 30, 0) : index], sheet.name) if spec.across_figures else None
    best: tuple[int, Header] | None = None
    for depth in range(1, DEEPEST + 1):
        own = rows[index : index + depth]
        if len(own) < depth:
            break
        columns = reader.read(own, first_row + index, month)
        if columns is None:
            continue
        header = _header(own, columns, first_row + index, spec)
        score = _score(header, spec)
        if score and (best is None or score >= best[0]):
            best = score, header
    return best


def _score(header: Header, spec: DecodeSpec) -> int:
    """How many columns are understood; 0 when they are too few to be a header."""
    named = set(header.positions)
    # "Tanggal" beside one day is a label and its value, not a header.
    is_label = len(header.columns) == 1 and bool(named & set(header.across_fields))
    is_wide = bool(named and header.columns) and not is_label
    required = {item.name for item in spec.required}
    is_long = len(named) >= min(_LEAST_MATCHES, len(spec.fields)) and bool(named & required)
    return len(named) + len(header.columns) if is_long or is_wide else 0


def _header(rows: list[Row], columns: Sequence[Column | None], first_row: int, spec: DecodeSpec) -> Header:
    header = Header(first_row + len(rows) - 1, 0, {}, {}, rows=rows, first_row=first_row)
    observed: dict[frozenset[str], dict[int, Column]] = {}
    for index, column in enumerate(columns):
        if column is None or not any(normalise_header(plain_text(title.cell)) for title in column.titles):
            continue
        header.width = index + 1
        header.read_columns.append((index, column))
        if column.field:
            if column.field not in header.positions:
                header.positions[column.field] = index
                header.texts[column.field] = shortened(column.text)
        elif column.observed:
            names = frozenset(name for name, _ in column.observed if name != UNIT)
            observed.setdefault(names - {LEVEL} or names, {})[index] = column
        else:
            _ignore(header, index, column)
        if column.unit and (column.field or column.observed):
            header.unit = header.unit or column.unit
    if observed:
        most = max(observed, key=lambda names: len(observed[names]))
        header.columns = observed.pop(most)
        for others in observed.values():
            for column in others.values():
                header.ignored.append(shortened(plain_text(column.cell)))
    return header


def _ignore(header: Header, index: int, column: Column) -> None:
    header.ignored.append(shortened(plain_text(column.cell)))
    header.unread[index] = column.cell
    if column.sums_up:
        header.sums[index] = column


def complete(
    header: Header, above: list[Row], first_row: int, sheet: SheetRows, spec: DecodeSpec, reader: ColumnReader
) -> None:
    """Add to a header what stands above it.

    Args:
        header: Gets it.
        above: The rows above.
        first_row: Number of the first of them.
        sheet: Where they come from.
        spec: What is understood.
        reader: Knows the names.
    """
    is_value_column = spec.value_field in header.positions or bool(
        set(header.positions) & set(spec.observing)
    )
    if header.columns and is_value_column and not (spec.measures and _is_apart(header)):
        # With a column for the value, what runs across is only a header that means nothing.
        header.ignored += [shortened(plain_text(text)) for text in header.across.values()]
        header.columns = {}
    if header.columns:
        header.figure = spec.value_field or stated_figure(above, sheet, spec)
    has = {*header.positions, *header.across_fields} | ({str(spec.value_field)} if header.columns else set())
    for name, (value, place) in stated_values(above, first_row, sheet, spec, reader, has).items():
        if name in spec.across_figures:
            continue
        header.stated[name] = value
        if place:
            header.stated_at[name] = place
    header.unit = header.unit or stated_unit(above, reader)
    if spec.measures and not spec.has_field(MARKET):
        figures = {*header.positions, *(header.figure_of(column) for column in header.columns.values())}
        titles = [plain_text(text) for text in header.unread.values()]
        places = [
            text for text in titles if reader.is_market(text) or normalise_header(text).startswith(PLACES)
        ]
        is_apart = any(item.name not in figures for item in spec.required if item.is_figure)
        header.place = (places[0] if places and is_apart else None) or stated_place(above, sheet, reader)


def _is_apart(header: Header) -> bool:
    """Whether columns of figures stand beside figures that run across: both may be meant."""
    return len(header.columns) > 1


def skip_remarks(header: Header, below: list[Row], reader: ColumnReader) -> None:
    """Pass over rows below the titles that number the columns, or name their units or the weekdays."""
    for row in below[:2]:
        filled = {index: cell for index, cell in enumerate(row) if cell.strip()}
        is_remark = bool(filled) and (
            _numbers_columns(list(filled.values()), header)
            or _names_units(filled, reader)
            or all(is_weekday(plain_text(cell)) for cell in filled.values())
        )
        if not is_remark:
            return
        units = [reader.unit_of(cell) for cell in filled.values()]
        header.unit = header.unit or next((unit for unit in units if unit), None)
        header.row_number += 1


def _numbers_columns(cells: list[str], header: Header) -> bool:
    """Whether cells say 1, 2, 3, … and nothing else, from the first column on."""
    titles = len(header.positions) + len(header.columns) + len(header.unread)
    numbers = [plain_text(cell).strip(" ().") for cell in cells]
    counted = [str(number) for number in range(1, len(cells) + 1)]
    return len(cells) >= max(_LEAST_NUMBERED, titles - 1) and numbers == counted


def _names_units(filled: dict[int, str], reader: ColumnReader) -> bool:
    return all(reader.unit_of(cell) is not None for cell in filled.values())


def header_faults(header: Header, sheet: SheetRows, spec: DecodeSpec) -> list[Fault]:
    """What is wrong with a header: columns named twice, columns that are not there, two readings.

    Args:
        header: What was made of the rows.
        sheet: Where it stands.
        spec: What is understood.
    """
    twice = [name for name in header.across_fields if name in header.positions and name != UNIT]
    if twice:
        column = spec.label(twice[0])
        expected = f"{column} sebagai kolom, dan {column} sebagai judul kolom"
        return [Fault("ambiguous_shape", sheet=sheet.label, context={"expected": expected})]
    apart = [name for name in spec.observing if spec.measures and header.columns and name in header.positions]
    if apart:
        column = spec.label(apart[0])
        expected = f"{column} sebagai satu kolom, dan {column} untuk setiap judul di sampingnya"
        return [Fault("ambiguous_shape", sheet=sheet.label, context={"expected": expected})]
    if header.place:
        return [Fault("figures_by_place", sheet=sheet.label, context={"found": shortened(header.place)})]
    return (
        _duplicates(header, sheet, spec)
        or _unnamed(header, sheet, spec)
        or _other_unit(header, sheet, spec) + _missing(header, sheet, spec)
    )


def _duplicates(header: Header, sheet: SheetRows, spec: DecodeSpec) -> list[Fault]:
    """Two columns with one header, or with headers that mean one field: which of them counts is a guess."""
    by_meaning: dict[tuple[object, ...], list[tuple[int, Column]]] = {}
    for index, column in header.read_columns:
        if not column.sums_up:
            by_meaning.setdefault(column.meaning, []).append((index, column))
    return [
        Fault(
            "duplicate_header",
            sheet=sheet.label,
            row_number=header.first_row + found[1][1].titles[-1].row,
            column_name=shortened(found[1][1].text),
            context={"columns": _and([column_letters(index + sheet.first_column) for index, _ in found])},
        )
        for found in by_meaning.values()
        if len(found) > 1
    ]


def _and(words: list[str]) -> str:
    return " dan ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]


def _unnamed(header: Header, sheet: SheetRows, spec: DecodeSpec) -> list[Fault]:
    """Observations side by side of which nothing says what their figures are."""
    unnamed = [column for column in header.columns.values() if header.figure_of(column) is None]
    if not unnamed:
        return []
    title = unnamed[0].titles[-1]
    return [
        Fault(
            "figure_not_named",
            sheet=sheet.label,
            row_number=header.first_row + title.row,
            column_name=shortened(unnamed[0].text),
            context={
                "found": shortened(unnamed[0].text),
                "expected": ", ".join(spec.label(name) for name in spec.across_figures),
                "cell": cell_name(header.first_row + title.row, title.column + sheet.first_column),
            },
        )
    ]


def _other_unit(header: Header, sheet: SheetRows, spec: DecodeSpec) -> list[Fault]:
    """Figures in another unit than the contract's would be wrong a thousandfold, without a word."""
    if not spec.is_in_tonnes or not header.unit or name_key(header.unit) in TONNES:
        return []
    return [other_unit(header.unit, sheet.label, header.row_number)]


def other_unit(unit: str, sheet_label: str | None, row_number: int | None, cell: str | None = None) -> Fault:
    """The fault of figures in another unit than the contract's."""
    context = {"found": shortened(unit), "cell": cell}
    return Fault("other_unit", sheet=sheet_label, row_number=row_number, context=context)


def _missing(header: Header, sheet: SheetRows, spec: DecodeSpec) -> list[Fault]:
    faults = []
    known = {*header.positions, *header.stated, *header.across_fields}
    known |= {str(header.figure_of(column)) for column in header.columns.values()}
    for item in spec.required:
        if item.name in known:
            continue
        code = "no_commodity" if item.name == COMMODITY else "missing_column"
        cells = [cell for row in header.rows for cell in row]
        context = {"expected": item.label, "suggestion": nearest_header(cells, item, spec)}
        faults.append(
            Fault(
                code,
                sheet=sheet.label,
                row_number=header.row_number,
                column_name=item.label,
                context={key: value for key, value in context.items() if value is not None},
            )
        )
    return faults


def nearest_header(row: Row, item: FieldSpec, spec: DecodeSpec) -> str | None:
    """The header in the row that is spelt most like one of the field's aliases and means nothing else."""
    aliases = [form for form, name in spec.aliases.items() if name == item.name]
    best: tuple[float, str] | None = None
    for cell in row[:_COMPARED_AT_MOST]:
        form = normalise_header(plain_text(cell))
        if not form or form in spec.aliases or len(form) > _LONGEST_COMPARED:
            continue
        likeness = max(difflib.SequenceMatcher(None, form, alias).ratio() for alias in aliases)
        if likeness >= _LIKENESS and (best is None or likeness > best[0]):
            best = (likeness, shortened(plain_text(cell)))
    return best[1] if best else None


def no_header(sheet_label: str | None, spec: DecodeSpec) -> Fault:
    """The fault of a sheet in which no row is a header."""
    expected = ", ".join(item.label for item in spec.required)
    return Fault("header_not_found", sheet=sheet_label, context={"expected": expected})
