"""What the check leaves for loading, both COPY-ready: accepted rows as CSV, held rows in COPY's own text."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lumbung.check.derivations import Derived
from lumbung.check.frame import NO_DAY
from lumbung.check.held import HeldRow
from lumbung.check.judgement import Judgement
from lumbung.contracts.model import Contract, Field

if TYPE_CHECKING:
    import pyarrow as pa

SUSPECTS = "staple_prices"
"""The dataset whose raw rows say whether they are suspected of an error."""


def accepted_path(work: Path, submission_id: str) -> Path:
    """Where the accepted rows of a submission lie."""
    return work / "checked" / f"{submission_id}.rows.csv"


def held_path(work: Path, submission_id: str) -> Path:
    """Where the held rows of a submission lie."""
    return work / "checked" / f"{submission_id}.held.copy"


def write_accepted(path: Path, judgement: Judgement, derived: Derived | None, names: Sequence[str]) -> None:
    """Write the accepted rows with the raw table's columns, all but ``load_seq``; a header in any case.

    Args:
        path: Where to.
        judgement: Says which rows are accepted.
        derived: The night's rows; None where no file of the dataset has any.
        names: The raw table's columns (``raw_names``).
    """
    from pyarrow import csv

    temporary = path.with_name(path.name + ".part")
    if derived is None or not len(judgement.accepted):
        temporary.write_text(",".join(names) + "\n", encoding="utf-8")
    else:
        csv.write_csv(_accepted_table(judgement, derived).select(list(names)), temporary)
    temporary.replace(path)


def raw_names(contract: Contract) -> list[str]:
    """The columns of a dataset's raw table, all but ``load_seq``."""
    place = ["submission_id", "sheet", "row_number", "column_number"]
    suspect = ["is_suspect"] if contract.dataset == SUSPECTS else []
    return [*place, *(column.name for column in contract.raw_columns), *suspect]


def write_held(path: Path, submission_id: str, held: Iterable[HeldRow]) -> None:
    """Write held rows as COPY takes them: submission, sheet, row, column, cells, typed, rules; no header."""
    as_json = json.JSONEncoder(ensure_ascii=False).encode
    temporary = path.with_name(path.name + ".part")
    with temporary.open("w", encoding="utf-8", newline="\n") as file:
        for row in held:
            line = (
                submission_id,
                row.sheet.translate(_ESCAPED),
                str(row.row_number),
                str(row.column_number),
                # JSON has no tab or line break in it, and a backslash before a quote or a code.
                as_json(row.cells).replace("\\", "\\\\"),
                as_json(row.typed).replace("\\", "\\\\"),
                "{" + ",".join(row.rule_ids) + "}",
            )
            file.write("\t".join(line) + "\n")
    temporary.replace(path)


def read_held(path: Path) -> Iterator[tuple[str, int, int, list[str]]]:
    """Sheet, row, column and rules of what `write_held` wrote."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            _, sheet, row, column, *_, rules = line.rstrip("\n").split("\t")
            sheet = re.sub(r"\\(.)", lambda found: _MEANT[str(found[1])], sheet)
            yield sheet, int(row), int(column), rules.strip("{}").split(",")


_MEANT = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _accepted_table(judgement: Judgement, derived: Derived) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.compute as pc

    rows, contract = derived.rows, derived.context.contract
    keys = [field for field in contract.key_fields() if field.reference is not None]
    file, at = judgement.file, judgement.accepted
    # By series and day, as the raw table's index is: a million rows load in two thirds of the time.
    order = [*(days[at] for days in rows.days.values()), *(rows.codes[f.name][at] for f in keys)]
    at = at[np.lexsort(order)] if order else at
    sheets = file.table(["sheet"])["sheet"].take(pa.array(rows.at[at])).combine_chunks()
    place = {
        "submission_id": pa.repeat(pa.scalar(file.submission_id), len(at)),
        "sheet": _on_one_line(pc.fill_null(sheets, "")),
        "row_number": pa.array(rows.row_number[at]),
        "column_number": pa.array(rows.column_number[at]),
    }
    columns = raw_columns(derived, at, [file.regency_code] * (file.number + 1))
    if derived.own.is_suspect is not None:
        columns["is_suspect"] = pa.array(derived.own.is_suspect[at])
    return pa.table(place | columns)


def raw_columns(derived: Derived, at: NDArray[np.int64], offices: Sequence[str]) -> "dict[str, pa.Array]":
    """What the contract decides of the raw table's columns, for rows at these positions of the night.

    Args:
        derived: The night's rows.
        at: Their positions.
        offices: Regency code by number of the file.
    """
    import pyarrow as pa

    contract = derived.context.contract
    columns = {field.column: _column(field, derived, at, offices) for field in contract.fields}
    if contract.period_column == "period_on":
        columns["period_on"] = pa.array(derived.common.period_first[at], pa.int32()).cast(pa.date32())
    return columns


def _column(field: Field, derived: Derived, at: NDArray[np.int64], offices: Sequence[str]) -> "pa.Array":
    """The field's values in the type of the raw table."""
    import pyarrow as pa

    rows = derived.rows
    if field.reference == "regency":
        return pa.DictionaryArray.from_arrays(pa.array(rows.file[at]), pa.array(offices)).cast(pa.string())
    if field.reference is not None:
        codes = rows.codes[field.name][at]
        if field.reference == "unit":
            codes = np.where(codes >= 0, codes, _own_units(derived)[rows.codes["commodity"][at]])
        named = _named(codes, rows.lists.named(field.name))
        return named if field.physical_type == "text" else named.cast(_ARROW[field.physical_type])
    if field.name in rows.days:
        return pa.array(rows.days[field.name][at], pa.int32(), mask=rows.days[field.name][at] == NO_DAY).cast(
            pa.date32()
        )
    if field.name in rows.texts:
        text = rows.texts[field.name]
        codes = text.codes[at]
        # The cells of one file lie together among those of the night, which are too many to pass on for each.
        known = codes[codes >= 0]
        first, end = int(known.min(initial=len(text.cells))), int(known.max(initial=-1)) + 1
        own = np.where(codes >= 0, codes - first, -1).astype(np.int32)
        return _on_one_line(_named(own, text.cells[first:end]))
    numbers = rows.numbers[field.name][at]
    gone = np.isnan(numbers)
    if field.physical_type in ("bigint", "integer"):
        return pa.array(np.where(gone, 0, numbers).astype(np.int64), mask=gone)
    return pa.array(numbers, mask=gone)


_ARROW = {"integer": "int32", "bigint": "int64", "boolean": "bool"}


def _named(codes: NDArray[np.int32], names: Sequence[str]) -> "pa.Array":
    """Codes as text, null where there is none."""
    import pyarrow as pa

    indices = pa.array(codes, pa.int32(), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(names, pa.string())).cast(pa.string())


def _on_one_line(texts: "pa.Array") -> "pa.Array":
    """Text without line breaks: loading takes a line's end for a row's end."""
    import pyarrow.compute as pc

    return pc.replace_substring_regex(texts, r"[\r\n]", " ")


def _own_units(derived: Derived) -> NDArray[np.int32]:
    """Per commodity the position of its unit, for rows that name none."""
    number = {unit: position for position, unit in enumerate(derived.rows.lists.units)}
    commodities = derived.context.reference.commodities.values()
    return np.array([number[c.unit] for c in commodities], dtype=np.int32)
