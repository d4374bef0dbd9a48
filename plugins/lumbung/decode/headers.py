"""Finding the header of a table and what its columns mean. Alias lists decide; likeness only suggests.

A column means a field (its header is an alias), or one value of a field that runs across the table: a day, a
commodity, a market or a price level, recognised by the lists of known names.
"""

import difflib
from dataclasses import dataclass, field, replace
from typing import Any

from lumbung.decode.formats.ooxml import column_letters
from lumbung.decode.known import KnownNames
from lumbung.decode.outcome import Fault, shortened
from lumbung.decode.source import Row, SheetRows
from lumbung.decode.spec import DecodeSpec, FieldSpec
from lumbung.decode.table import is_summing_label
from lumbung.values.cells import kind_of, plain_text
from lumbung.values.days import day_of
from lumbung.values.text import normalise_header

_LEAST_MATCHES = 2
_LIKENESS = 0.6
_LONGEST_COMPARED = 60
"""Letters of a header that may be a misspelt one; a longer one is a sentence."""
_COMPARED_AT_MOST = 300
"""Headers of a row that are looked at for a misspelt one: comparing is slow."""
_COMMODITY = "commodity"
_LEVEL = "price_level"
ACROSS_SHAPES = {
    "observed_on": "wide_by_date",
    "commodity": "wide_by_commodity",
    "market": "wide_by_market",
    _LEVEL: "long",
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
        across: Index of a column → the value that its header states.
        across_field: The field these are values of.
        across_row: The row of the header in which they stand.
        ignored: Headers as written that mean no field of the contract.
        unread: Index of a column → its header, where that means no field and no value that runs across.
    """

    row_number: int
    width: int
    positions: dict[str, int]
    texts: dict[str, str]
    stated: dict[str, str] = field(default_factory=dict)
    stated_at: dict[str, dict[str, int]] = field(default_factory=dict)
    across: dict[int, str] = field(default_factory=dict)
    across_field: str | None = None
    across_row: int = 0
    ignored: list[str] = field(default_factory=list)
    unread: dict[int, str] = field(default_factory=dict)

    @property
    def shape(self) -> str:
        """The name that contracts give the table's shape."""
        return ACROSS_SHAPES[self.across_field] if self.across_field else "long"

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
        if self.across_field:
            entry["across"] = {self.across_field: {"row": self.across_row}}
            entry["value_field"] = value_field
            entry["value_columns"] = [index + first_column for index in self.across]
        return entry


def find_header(
    first_rows: list[Row], sheet: SheetRows, spec: DecodeSpec, office: str = ""
) -> tuple[Header, Row] | None:
    """The row in which most columns are understood; the first of them where several are equal.

    One header alone proves nothing (a title may say "Harga"), so at least two must be understood, one of them
    of a column that must be there, or one of them of a field and one of a value that runs across.

    Args:
        first_rows: The sheet's first rows.
        sheet: Where they come from.
        spec: What is understood.
        office: Regency code, by which markets are known.

    Returns:
        The header and its cells (of a header of two rows, joined); None when no row qualifies.
    """
    best: tuple[int, int, Header, Row] | None = None
    for index, row in enumerate(first_rows):
        found = _mapped(row, sheet.first_row + index, spec, office)
        score = _score(found, spec)
        if not score:
            continue
        cells = row
        if index + 1 < len(first_rows):
            joined = _joined(row, first_rows[index + 1], spec, office)
            if joined is not None:
                deeper = _mapped(joined, sheet.first_row + index + 1, spec, office, under=row)
                if _score(deeper, spec) > score:
                    found, score, cells = deeper, _score(deeper, spec), joined
        if best is None or score > best[0]:
            best = (score, index, found, cells)
    if best is None:
        return None
    _, index, header, cells = best
    header = _without_extras(header, spec)
    add_stated(header, first_rows[:index], sheet, spec, office)
    return header, cells


def _score(header: Header, spec: DecodeSpec) -> int:
    """How many columns are understood; 0 when they are too few to be a header."""
    named = set(header.positions)
    # "Tanggal" beside one day is a label and its value, not a header.
    is_label = len(header.across) == 1 and header.across_field in named
    is_wide = bool(named and header.across and spec.value_field) and not is_label
    required = {item.name for item in spec.required}
    is_long = len(named) >= min(_LEAST_MATCHES, len(spec.fields)) and bool(named & required)
    return len(named) + (len(header.across) if spec.value_field else 0) if is_long or is_wide else 0


def _without_extras(header: Header, spec: DecodeSpec) -> Header:
    """With a column for the value, what runs across is only a header that means nothing."""
    if header.across and (spec.value_field is None or spec.value_field in header.positions):
        return replace(
            header,
            across={},
            across_field=None,
            ignored=[*header.ignored, *(shortened(plain_text(text)) for text in header.across.values())],
        )
    return header


def _form(cell: str) -> str:
    return normalise_header(plain_text(cell)) if cell else ""


def _mapped(row: Row, row_number: int, spec: DecodeSpec, office: str, under: Row | None = None) -> Header:
    header = Header(row_number, 0, {}, {}, across_row=row_number)
    across: dict[str, dict[int, str]] = {}
    for index, cell in enumerate(row):
        form = _form(cell)
        if not form:
            continue
        header.width = index + 1
        name = spec.aliases.get(form)
        if name is None:
            kind = _kind(cell, spec.known, office) if spec.value_field else None
            if under is not None and spec.known.is_price_level(cell) and _is_value(under, index, spec):
                kind = _LEVEL
            if kind in ACROSS_SHAPES and spec.has_field(str(kind)):
                across.setdefault(str(kind), {})[index] = cell
            else:
                header.ignored.append(shortened(plain_text(cell)))
                header.unread[index] = cell
        elif name not in header.positions:
            header.positions[name] = index
            header.texts[name] = shortened(plain_text(cell))
    if across:
        header.across_field = max(across, key=lambda kind: len(across[kind]))
        header.across = across.pop(header.across_field)
        header.ignored += [shortened(plain_text(text)) for own in across.values() for text in own.values()]
    return header


def _kind(cell: str, known: KnownNames, office: str) -> str | None:
    if is_summing_label(plain_text(cell)):
        return None
    return "observed_on" if day_of(cell) else known.field_of(cell, office)


def _is_value(under: Row, index: int, spec: DecodeSpec) -> bool:
    """Whether the nearest title to the left in the row above is one of the value's headers."""
    for cell in reversed(under[: index + 1]):
        if cell.strip():
            return spec.aliases.get(_form(cell)) == spec.value_field
    return False


def _joined(top: Row, bottom: Row, spec: DecodeSpec, office: str) -> Row | None:
    """Two rows as one header: what stands below counts, else what stands above; None where below is data."""
    cells: Row = []
    for index in range(max(len(top), len(bottom))):
        above = top[index] if index < len(top) else ""
        below = bottom[index] if index < len(bottom) else ""
        if below.strip():
            is_word = (
                _form(below) in spec.aliases
                or _kind(below, spec.known, office) in ACROSS_SHAPES
                or spec.known.is_price_level(below)
            )
            if not is_word or (above.strip() and _form(above) in spec.aliases and index + 1 >= len(top)):
                return None
        cells.append(below if below.strip() else above)
    # The row above must have a part in it: a header of its own, or the title over price levels.
    has_part = any(
        _form(above) in spec.aliases and not (bottom[index].strip() if index < len(bottom) else "")
        for index, above in enumerate(top)
    )
    has_levels = any(spec.known.is_price_level(cell) for cell in bottom)
    return cells if (has_part or has_levels) and any(cell.strip() for cell in bottom) else None


def add_stated(
    header: Header, rows: list[Row], sheet: SheetRows, spec: DecodeSpec, office: str, first_row: int = 0
) -> None:
    """Values of fields without a column: `Label: value`, the two apart, a bare name, the sheet's name.

    Args:
        header: Gets them; the nearest above the table counts.
        rows: The rows above the table.
        sheet: Where they come from.
        spec: What is understood.
        office: Regency code, by which markets are known.
        first_row: Number of the first of the rows; 0 = the sheet's first.
    """
    taken = set(header.positions) | {header.across_field}
    if header.across_field:
        taken.add(spec.value_field)
    for offset in range(len(rows) - 1, -1, -1):
        number = (first_row or sheet.first_row) + offset
        for name, value, index in _statements(rows[offset], spec, office):
            if name not in taken and name not in header.stated:
                header.stated[name] = value
                header.stated_at[name] = {"row": number, "column": index + sheet.first_column}
    title = sheet.name.rpartition(" › ")[2].removesuffix(".csv")
    kind = spec.known.field_of(title, office) if spec.has_field(_COMMODITY) else None
    if kind in ("market", _COMMODITY) and spec.has_field(str(kind)) and kind not in taken:
        header.stated.setdefault(str(kind), title)


def _statements(row: Row, spec: DecodeSpec, office: str) -> list[tuple[str, str, int]]:
    """Field, value and index of what a row above a table states."""
    filled = [(index, cell) for index, cell in enumerate(row) if cell.strip()]
    if not filled or len(filled) > 3:
        return []
    first_index, first = filled[0]
    label, _, value = plain_text(first).partition(":")
    name = spec.aliases.get(normalise_header(label))
    rest = [(index, cell) for index, cell in filled[1:] if plain_text(cell).strip(": ")]
    if name and value.strip() and not rest:
        return [(name, value.strip(), first_index)]
    if name and len(rest) == 1:
        index, cell = rest[0]
        return [(name, cell.lstrip(": ") if kind_of(cell) == "text" else cell, index)]
    if len(filled) > 1 or not spec.has_field(_COMMODITY):
        return []
    text = plain_text(first)
    for part in (first, text.rpartition(",")[2].strip()):
        kind = _kind(part, spec.known, office)
        if kind in ("observed_on", "market", _COMMODITY) and spec.has_field(str(kind)):
            return [(str(kind), part, first_index)]
    return []


def header_faults(row: Row, header: Header, sheet: SheetRows, spec: DecodeSpec) -> list[Fault]:
    """What is wrong with a header: columns named twice, columns that are not there, two readings.

    Args:
        row: The header row as written.
        header: What was made of it.
        sheet: Where it stands.
        spec: What is understood.
    """
    if header.across_field and header.across_field in header.positions:
        column = spec.label(header.across_field)
        expected = f"{column} sebagai kolom, dan {column} sebagai judul kolom"
        return [Fault("ambiguous_shape", sheet=sheet.label, context={"expected": expected})]
    return _duplicates(row, header, sheet, spec) + _missing(row, header, sheet, spec)


def _duplicates(row: Row, header: Header, sheet: SheetRows, spec: DecodeSpec) -> list[Fault]:
    """Two columns with one header, or with headers that mean one field: which of them counts is a guess."""
    by_meaning: dict[str, list[int]] = {}
    for index, cell in enumerate(row):
        form = _form(cell)
        if form:
            by_meaning.setdefault(spec.aliases.get(form, f"={form}"), []).append(index)
    return [
        Fault(
            "duplicate_header",
            sheet=sheet.label,
            row_number=header.row_number,
            column_name=shortened(plain_text(row[indexes[1]])),
            context={"columns": _and([column_letters(index + sheet.first_column) for index in indexes])},
        )
        for indexes in by_meaning.values()
        if len(indexes) > 1
    ]


def _and(words: list[str]) -> str:
    return " dan ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]


def _missing(row: Row, header: Header, sheet: SheetRows, spec: DecodeSpec) -> list[Fault]:
    faults = []
    known = {*header.positions, *header.stated, header.across_field}
    if header.across_field:
        known.add(spec.value_field)
    for item in spec.required:
        if item.name in known:
            continue
        code = "no_commodity" if item.name == _COMMODITY else "missing_column"
        context = {"expected": item.label, "suggestion": nearest_header(row, item, spec)}
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
        form = _form(cell)
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
