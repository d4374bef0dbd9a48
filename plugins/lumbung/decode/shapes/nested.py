"""Nested JSON: `{kabkota: {pasar: {tanggal: harga}}}` and other orders of the same levels.

A level is known by its keys: days, or names of the lists. The format gives one row per leaf: the keys on the
way to it, then the value.
"""

from collections import Counter

import pyarrow as pa

from lumbung.decode.outcome import Fault
from lumbung.decode.shapes.reading import Reading
from lumbung.decode.source import SheetRows
from lumbung.decode.table import text_column
from lumbung.values.days import day_of
from lumbung.values.text import normalise_header

_LOOKED_AT = 2_000
NESTED = "nested_depth"
"""The note by which the JSON format tells that a sheet's rows are the leaves of a nested object."""


def read_sheet(sheet: SheetRows, reading: Reading) -> bool:
    """Read the leaves of a nested object; says False for any other sheet."""
    depth = sheet.notes.get(NESTED)
    if not isinstance(depth, int):
        return False
    rows = list(sheet.rows_from(0))
    levels = [_field_of([row[level] for row in rows[:_LOOKED_AT]], reading) for level in range(depth)]
    named = [name for name in levels if name]
    entry = {"name": sheet.name, "shape": "nested_json", "header_row": 0, "levels": levels, "rows": len(rows)}
    entry |= {
        "columns": {
            name: {"header": reading.spec.label(name), "position": level + 1}
            for level, name in enumerate(levels)
            if name
        }
    }
    value = reading.spec.value_field
    faults = _faults(levels, named, reading, sheet)
    if value is not None:
        entry["columns"][value] = {"header": reading.spec.label(value), "position": depth + 1}  # type: ignore[index]
    reading.sheets.append(entry)
    for fault in faults:
        reading.faults.add(fault)
    if faults:
        reading.is_rejected = True
        return True
    columns = {
        name: text_column([row[level] for row in rows])
        for level, name in enumerate(levels)
        if name is not None
    }
    columns[str(value)] = text_column([row[depth] for row in rows])
    reading.rows_total += len(rows)
    numbers = pa.array(range(sheet.first_row, sheet.first_row + len(rows)), pa.int32())
    reading.table.add(sheet.name, numbers, columns)
    return True


def _faults(levels: list[str | None], named: list[str], reading: Reading, sheet: SheetRows) -> list[Fault]:
    spec = reading.spec
    if spec.value_field is None or len(set(named)) < len(named):
        expected = ", ".join(spec.label(name) for name in dict.fromkeys(named))
        return [Fault("ambiguous_shape", sheet=sheet.label, context={"expected": expected})]
    return [
        Fault(
            "no_commodity" if item.name == "commodity" else "missing_column",
            sheet=sheet.label,
            column_name=item.label,
            context={"expected": item.label},
        )
        for item in spec.required
        if item.name not in levels and item.name != spec.value_field
    ]


def _field_of(keys: list[str], reading: Reading) -> str | None:
    """The field whose values most of a level's keys are; None where it is none, as with `data`."""
    votes: Counter[str] = Counter()
    distinct = set(keys)
    for key in distinct:
        kind = "observed_on" if day_of(key) else reading.spec.known.field_of(key, reading.office)
        if kind is None and reading.spec.known.is_price_level(key):
            kind = "price_level"
        if kind is None and normalise_header(key).startswith(("pasar ", "psr ")):
            kind = "market"
        if kind is not None and reading.spec.has_field(kind):
            votes[kind] += 1
    if not votes:
        return None
    kind, count = votes.most_common(1)[0]
    return kind if count * 2 >= len(distinct) else None
