"""Finding the header of a table and what its columns mean. Alias lists decide; likeness only suggests."""

import difflib
from dataclasses import dataclass, field
from typing import Any

from lumbung.decode.formats.ooxml import column_letters
from lumbung.decode.outcome import Fault, shortened
from lumbung.decode.source import Row, SheetRows
from lumbung.decode.spec import DecodeSpec, FieldSpec
from lumbung.values.cells import kind_of, plain_text
from lumbung.values.text import normalise_header

_LEAST_MATCHES = 2
_LIKENESS = 0.6
_COMMODITY = "commodity"


@dataclass
class Header:
    """The header of one sheet.

    Attributes:
        row_number: As a person counts.
        width: Cells up to the last header that is not blank.
        positions: Field name → index of its column in the row.
        texts: Field name → header as written.
        stated: Field name → value that stands above the table, as `Komoditas: Bawang Merah`.
        ignored: Headers as written that mean no field of the contract.
    """

    row_number: int
    width: int
    positions: dict[str, int]
    texts: dict[str, str]
    stated: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)

    def entry(self, first_column: int) -> dict[str, Any]:
        """The header as the outcome records it; positions as a person counts."""
        columns = {
            name: {"header": self.texts[name], "position": index + first_column}
            for name, index in self.positions.items()
        }
        return {
            "header_row": self.row_number,
            "columns": columns,
            "stated": self.stated,
            "ignored_columns": self.ignored,
        }


def find_header(first_rows: list[Row], sheet: SheetRows, spec: DecodeSpec) -> Header | None:
    """The row in which most fields are named; the first of them where several are equal.

    One header alone proves nothing (a title may say "Harga"), so at least two must be understood, one of them
    of a column that must be there.

    Args:
        first_rows: The sheet's first rows.
        sheet: Where they come from.
        spec: What is understood.

    Returns:
        The header, None when no row qualifies.
    """
    required = {item.name for item in spec.required}
    best: tuple[int, int] | None = None
    for index, row in enumerate(first_rows):
        named = {spec.aliases[form] for form in map(_form, row) if form in spec.aliases}
        if len(named) >= min(_LEAST_MATCHES, len(spec.fields)) and named & required:
            best = max(best or (0, 0), (len(named), -index))
    if best is None:
        return None
    index = -best[1]
    header = _mapped(first_rows[index], sheet.first_row + index, spec)
    header.stated = _stated_above(first_rows[:index], header, spec)
    return header


def _form(cell: str) -> str:
    return normalise_header(plain_text(cell)) if cell else ""


def _mapped(row: Row, row_number: int, spec: DecodeSpec) -> Header:
    header = Header(row_number, 0, {}, {})
    for index, cell in enumerate(row):
        form = _form(cell)
        if not form:
            continue
        header.width = index + 1
        name = spec.aliases.get(form)
        if name is None:
            header.ignored.append(shortened(plain_text(cell)))
        elif name not in header.positions:
            header.positions[name] = index
            header.texts[name] = shortened(plain_text(cell))
    return header


def _stated_above(rows: list[Row], header: Header, spec: DecodeSpec) -> dict[str, str]:
    """Values of fields without a column, where a row above says `Label: value` or has the two apart."""
    stated: dict[str, str] = {}
    for row in rows:
        filled = [cell for cell in row if cell.strip()]
        if not filled:
            continue
        label, _, value = plain_text(filled[0]).partition(":")
        if not value.strip():
            value = filled[1] if len(filled) == 2 else ""
            if kind_of(value) == "text":
                value = value.lstrip(": ")
        elif len(filled) > 1:
            continue
        name = spec.aliases.get(normalise_header(label))
        if name and name not in header.positions and value.strip():
            stated.setdefault(name, value.strip())
    return stated


def header_faults(row: Row, header: Header, sheet: SheetRows, spec: DecodeSpec) -> list[Fault]:
    """What is wrong with a header: columns named twice, columns that are not there.

    Args:
        row: The header row as written.
        header: What was made of it.
        sheet: Where it stands.
        spec: What is understood.
    """
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
    for item in spec.required:
        if item.name in header.positions or item.name in header.stated:
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
    for cell in row:
        form = _form(cell)
        if not form or form in spec.aliases:
            continue
        likeness = max(difflib.SequenceMatcher(None, form, alias).ratio() for alias in aliases)
        if likeness >= _LIKENESS and (best is None or likeness > best[0]):
            best = (likeness, shortened(plain_text(cell)))
    return best[1] if best else None


def no_header(sheet_label: str | None, spec: DecodeSpec) -> Fault:
    """The fault of a sheet in which no row is a header."""
    expected = ", ".join(item.label for item in spec.required)
    return Fault("header_not_found", sheet=sheet_label, context={"expected": expected})
