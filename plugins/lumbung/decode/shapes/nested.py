"""Nested JSON: `{kabkota: {pasar: {tanggal: harga}}}` and other orders of the same levels.

A level is known by its keys: days, or names of the lists. The format gives one row per leaf: the keys on the
way to it, then the value.
"""

from collections import Counter

import pyarrow as pa

from lumbung.decode.columns import TONNES
from lumbung.decode.headers import PLACES, other_unit
from lumbung.decode.outcome import Fault, shortened
from lumbung.decode.shapes.beside import UNIT_TITLES
from lumbung.decode.shapes.reading import Reading
from lumbung.decode.source import Row, SheetRows
from lumbung.decode.spec import DecodeSpec
from lumbung.decode.table import text_column
from lumbung.reference import name_key
from lumbung.values.cells import plain_text
from lumbung.values.days import day_of
from lumbung.values.text import normalise_header

_LOOKED_AT = 2_000
_FIGURE = "figure"
"""The level whose keys are the figures of an observation, such as stok_awal and stok_akhir."""
NESTED = "nested_depth"
"""The note by which the JSON format tells that a sheet's rows are the leaves of a nested object."""


def read_sheet(sheet: SheetRows, reading: Reading) -> bool:
    """Read the leaves of a nested object; says False for any other sheet."""
    depth = sheet.notes.get(NESTED)
    if not isinstance(depth, int):
        return False
    rows = list(sheet.rows_from(0))
    levels = [_field_of([row[level] for row in rows[:_LOOKED_AT]], reading) for level in range(depth)]
    entry = {"name": sheet.name, "shape": "nested_json", "header_row": 0, "levels": levels, "rows": len(rows)}
    columns = {
        name: {"header": reading.spec.label(name), "position": level + 1}
        for level, name in enumerate(levels)
        if name and name != _FIGURE
    }
    figures = _figures(levels, rows, reading.spec)
    columns |= {
        name: {"header": reading.spec.label(name), "position": depth + 1} for name in figures.values()
    }
    reading.sheets.append(entry | {"columns": columns})
    faults = _faults(levels, figures, rows, reading, sheet)
    for fault in faults:
        reading.faults.add(fault)
    if faults:
        reading.is_rejected = True
        return True
    _tell_unread(levels, figures, rows, reading, sheet)
    numbers = range(sheet.first_row, sheet.first_row + len(rows))
    _add(levels, figures, rows, numbers, reading, sheet)
    return True


def _figures(levels: list[str | None], rows: list[Row], spec: DecodeSpec) -> dict[str, str]:
    """Key of the level of figures → the figure; '' where the leaves are all of the dataset's one figure."""
    if _FIGURE not in levels:
        return {"": spec.value_field} if spec.value_field else {}
    level = levels.index(_FIGURE)
    keys = dict.fromkeys(row[level] for row in rows)
    return {key: name for key in keys if (name := _figure_of(key, spec))}


def _figure_of(key: str, spec: DecodeSpec) -> str | None:
    name = spec.aliases.get(normalise_header(key))
    return name if name in spec.across_figures else None


def _add(
    levels: list[str | None],
    figures: dict[str, str],
    rows: list[Row],
    numbers: range,
    reading: Reading,
    sheet: SheetRows,
) -> None:
    """Add one observation per leaf, or per all the leaves that differ in nothing but the figure."""
    level = levels.index(_FIGURE) if _FIGURE in levels else None
    keys = [at for at in range(len(levels)) if at != level]
    observations: dict[tuple[str, ...], tuple[int, dict[str, str]]] = {}
    for number, row in zip(numbers, rows, strict=True):
        figure = figures.get(row[level] if level is not None else "")
        if figure:
            place = tuple(row[at] for at in keys)
            observations.setdefault(place, (number, {}))[1][figure] = row[-1]
    columns = {
        str(levels[at]): text_column([place[index] for place in observations])
        for index, at in enumerate(keys)
        if levels[at] is not None
    }
    for name in dict.fromkeys(figures.values()):
        columns[name] = text_column([found.get(name, "") for _, found in observations.values()])
    reading.rows_total += len(observations)
    first = pa.array([number for number, _ in observations.values()], pa.int32())
    reading.table.add(sheet.name, first, columns)


def _tell_unread(
    levels: list[str | None], figures: dict[str, str], rows: list[Row], reading: Reading, sheet: SheetRows
) -> None:
    """Tell the keys among the figures that are none."""
    if _FIGURE not in levels:
        return
    level = levels.index(_FIGURE)
    others = {row[level]: at for at, row in reversed(list(enumerate(rows))) if row[level] not in figures}
    for key, at in sorted(others.items(), key=lambda item: item[1]):
        if normalise_header(key) not in UNIT_TITLES:
            name = shortened(plain_text(key))
            fault = Fault("column_not_read", sheet=sheet.label, row_number=at + 1, column_name=name)
            reading.faults.add(fault)


def _faults(
    levels: list[str | None], figures: dict[str, str], rows: list[Row], reading: Reading, sheet: SheetRows
) -> list[Fault]:
    spec = reading.spec
    named = [name for name in levels if name]
    if not spec.across_figures or len(set(named)) < len(named):
        expected = ", ".join(spec.label(name) for name in dict.fromkeys(named) if name != _FIGURE)
        return [Fault("ambiguous_shape", sheet=sheet.label, context={"expected": expected})]
    if not figures:
        found = shortened(" › ".join(rows[0][:-1])) if rows else ""
        expected = ", ".join(spec.label(name) for name in spec.across_figures)
        context = {"found": found, "expected": expected}
        return [Fault("figure_not_named", sheet=sheet.label, column_name=found or None, context=context)]
    twice = [key for key, name in figures.items() if list(figures.values()).count(name) > 1]
    if twice:
        key = shortened(twice[1])
        context = {"columns": " dan ".join(map(shortened, twice))}
        return [Fault("duplicate_header", sheet=sheet.label, column_name=key, context=context)]
    if _FIGURE in levels and spec.is_in_tonnes:
        level = levels.index(_FIGURE)
        for number, row in enumerate(rows, start=sheet.first_row):
            unit = plain_text(row[-1]).strip()
            if normalise_header(row[level]) in UNIT_TITLES and unit and name_key(unit) not in TONNES:
                return [other_unit(unit, sheet.label, number)]
    if not spec.has_field("market") and (place := _place(levels, rows, reading)):
        return [Fault("figures_by_place", sheet=sheet.label, context={"found": shortened(place)})]
    return [
        Fault(
            "no_commodity" if item.name == "commodity" else "missing_column",
            sheet=sheet.label,
            column_name=item.label,
            context={"expected": item.label},
        )
        for item in spec.required
        if item.name not in levels and item.name not in figures.values()
    ]


def _place(levels: list[str | None], rows: list[Row], reading: Reading) -> str | None:
    """A market among the keys of a level, of a dataset that knows none."""
    known = reading.spec.known
    for level in (at for at, name in enumerate(levels) if name is None):
        for key in dict.fromkeys(row[level] for row in rows[:_LOOKED_AT]):
            if _is_market(key) or known.field_of(key, reading.office) == "market":
                return key
    return None


def _is_market(key: str) -> bool:
    return normalise_header(key).startswith(PLACES)


def _field_of(keys: list[str], reading: Reading) -> str | None:
    """The field whose values most of a level's keys are; None where it is none, as with `data`."""
    votes: Counter[str] = Counter()
    distinct = set(keys)
    for key in distinct:
        kind = "observed_on" if day_of(key) else reading.spec.known.field_of(key, reading.office)
        if kind is None and reading.spec.known.is_price_level(key):
            kind = "price_level"
        if kind is None and _is_market(key):
            kind = "market"
        if kind is None and _figure_of(key, reading.spec):
            kind = _FIGURE
        if kind == _FIGURE or (kind is not None and reading.spec.has_field(kind)):
            votes[kind] += 1
    if not votes:
        return None
    kind, count = votes.most_common(1)[0]
    return kind if count * 2 >= len(distinct) else None
