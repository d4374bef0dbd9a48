"""What offices typed into the feedback workbook: explanations, read with the limits of any file of theirs."""

import tempfile
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from lumbung.contracts.model import Calendar, Contract, Field, RowPolicy
from lumbung.decode.job import DecodeJob
from lumbung.decode.stage import decode_files
from lumbung.errors import LumbungError
from lumbung.labels import label
from lumbung.values.cells import plain_text


@dataclass(frozen=True)
class Typed:
    """One explanation: the finding it is for, the text, and where it stands."""

    finding: str
    text: str
    sheet: str
    row_number: int


def read_explanations(workbook: Path) -> list[Typed]:
    """The explanations of a returned feedback workbook; rows without one are passed over.

    Any sheet counts whose header has both columns, that of the finding's number and that of the explanation.

    Raises:
        LumbungError: when the file cannot be read or no sheet has the two columns.
    """
    if not workbook.is_file():
        raise LumbungError(
            f"There is no file {workbook}.", "Nothing was changed.", "Name the workbook that the office sent."
        )
    with tempfile.TemporaryDirectory(prefix="lumbung-explain-") as folder:
        job = DecodeJob("workbook", workbook.absolute(), workbook.name)
        (outcome,) = decode_files([job], _layout(), Path(folder))
        codes = list(dict.fromkeys(fault.code for fault in outcome.faults))
        if outcome.table_path is None and "no_rows" in codes and set(codes) <= {"no_rows", "sheet_not_read"}:
            return []  # the two columns are there, and nothing below them; the other sheets are the office's
        if outcome.table_path is None:
            raise LumbungError(
                f"{workbook.name} cannot be read as a feedback workbook ({', '.join(codes)}).",
                "Nothing was changed.",
                f"It needs a sheet with the columns '{_finding()}' and '{_explanation()}', as we sent it.",
            )
        from pyarrow import feather

        rows = feather.read_table(outcome.table_path).to_pylist()
    return [
        Typed(plain_text(row["finding"]).strip(), text, row["sheet"] or "", row["row_number"])
        for row in rows
        if row.get("finding") and (text := plain_text(row.get("explanation") or "").strip())
    ]


def _finding() -> str:
    return label("feedback.finding_id")


def _explanation() -> str:
    return label("feedback.explanation")


def _layout() -> Contract:
    """The two columns as a contract, so that the decoder finds them as it finds those of any dataset."""
    fields = tuple(
        Field(
            name=name,
            label=header,
            logical_type="string",
            required=True,
            primary_key=name == "finding",
            synonyms=(),
            classification="internal",
            default=None,
            reference=None,
            column=name,
        )
        for name, header in (("finding", _finding()), ("explanation", _explanation()))
    )
    return Contract(
        dataset="explanations",
        short_code="EX",
        title="Penjelasan",
        version="1.0.0",
        fields=fields,
        rules=(),
        calendar=Calendar("daily", time(0), 0, 0),
        row_policy=RowPolicy("per_row", 100),
        shapes=("long",),
        formats=("xlsx",),
    )
