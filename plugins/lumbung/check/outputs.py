"""What the check leaves for loading: accepted rows as COPY-ready CSV, held rows as JSON lines."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lumbung.check.decoded import DecodedFile
from lumbung.check.frame import NightRows
from lumbung.check.judgement import HeldRow, Judgement
from lumbung.contracts.model import Contract, Field
from lumbung.reference import Reference

if TYPE_CHECKING:
    import pyarrow as pa


def accepted_path(work: Path, submission_id: str) -> Path:
    """Where the accepted rows of a submission lie."""
    return work / "checked" / f"{submission_id}.rows.csv"


def held_path(work: Path, submission_id: str) -> Path:
    """Where the held rows of a submission lie."""
    return work / "checked" / f"{submission_id}.held.jsonl"


def write_accepted(
    path: Path,
    judgement: Judgement,
    rows: NightRows | None,
    is_suspect: NDArray[np.bool_] | None,
    contract: Contract,
    reference: Reference,
) -> None:
    """Write the accepted rows with the raw table's columns, all but ``load_seq``; a header in any case."""
    from pyarrow import csv

    names = ["submission_id", "sheet", "row_number", *(c.name for c in contract.raw_columns), "is_suspect"]
    temporary = path.with_name(path.name + ".part")
    if rows is None or is_suspect is None or not len(judgement.accepted):
        temporary.write_text(",".join(names) + "\n", encoding="utf-8")
    else:
        table = _accepted_table(judgement, rows, is_suspect, contract, reference)
        csv.write_csv(table.select(names), temporary)
    temporary.replace(path)


def write_held(path: Path, held: Iterable[HeldRow]) -> None:
    """Write held rows, one JSON object per line."""
    temporary = path.with_name(path.name + ".part")
    with temporary.open("w", encoding="utf-8") as file:
        for row in held:
            json.dump(
                {
                    "sheet": row.sheet,
                    "row_number": row.row_number,
                    "cells": row.cells,
                    "typed": row.typed,
                    "rule_ids": row.rule_ids,
                },
                file,
                ensure_ascii=False,
            )
            file.write("\n")
    temporary.replace(path)


def _accepted_table(
    judgement: Judgement,
    rows: NightRows,
    is_suspect: NDArray[np.bool_],
    contract: Contract,
    reference: Reference,
) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.compute as pc

    keys = [field for field in contract.key_fields() if field.reference is not None]
    file, at = judgement.file, judgement.accepted
    # By series and day, as the raw table's index is: a million rows load in two thirds of the time.
    at = at[np.lexsort([*(days[at] for days in rows.days.values()), *(rows.codes[f.name][at] for f in keys)])]
    sheets = file.table(["sheet"])["sheet"].take(pa.array(rows.at[at])).combine_chunks()
    columns: dict[str, Any] = {
        "submission_id": pa.repeat(pa.scalar(file.submission_id), len(at)),
        # Loading takes a line's end for a row's end.
        "sheet": pc.replace_substring_regex(pc.fill_null(sheets, ""), r"[\r\n]", " "),
        "row_number": pa.array(rows.row_number[at]),
        "is_suspect": pa.array(is_suspect[at]),
    }
    for field in contract.fields:
        columns[field.column] = _column(field, file, rows, at, reference)
    return pa.table(columns)


def _column(
    field: Field, file: DecodedFile, rows: NightRows, at: NDArray[np.int64], reference: Reference
) -> "pa.Array":
    """The field's accepted values in the type of the raw table."""
    import pyarrow as pa

    if field.reference == "regency":
        return pa.repeat(pa.scalar(file.regency_code), len(at))
    if field.reference is not None:
        codes, names = rows.codes[field.name][at], rows.lists.named(field.reference)
        if field.reference == "unit":
            codes = np.where(codes >= 0, codes, _own_units(rows, reference)[rows.codes["commodity"][at]])
        return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(names)).cast(pa.string())
    if field.name in rows.days:
        return pa.array(rows.days[field.name][at], pa.int32()).cast(pa.date32())
    numbers = rows.numbers[field.name][at]
    return pa.array(numbers.astype(np.int64) if field.physical_type in ("bigint", "integer") else numbers)


def _own_units(rows: NightRows, reference: Reference) -> NDArray[np.int32]:
    """Per commodity the position of its unit, for rows that name none."""
    number = {unit: position for position, unit in enumerate(rows.lists.units)}
    return np.array([number[c.unit] for c in reference.commodities.values()], dtype=np.int32)
