"""What decoding one file came to: the outcome beside its table, as JSON."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lumbung.values.foreign import without_direction

VALUE_LENGTH = 200
"""Characters of a cell that a fault carries at most."""


@dataclass(frozen=True)
class Fault:
    """Something decoding could not do, by the code that the contract's rules carry.

    Attributes:
        code: Name of the fault, listed in `lumbung.contracts.vocabulary.FAULTS`.
        sheet: The sheet, None for formats without sheets.
        row_number: As a person counts, None when it is about the file or the sheet.
        column_name: The header as written, or the label of a column that is not there.
        value: What stood there, shortened.
        context: What the rule's message needs, by the names of its placeholders.
    """

    code: str
    sheet: str | None = None
    row_number: int | None = None
    column_name: str | None = None
    value: str | None = None
    context: dict[str, Any] = field(default_factory=dict)


class DecodeError(Exception):
    """A fault that ends the decoding of the whole file."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


class FaultList:
    """Faults of one file in the order found: all counted, at most `cap` listed per code."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self.listed: list[Fault] = []
        self.counts: Counter[str] = Counter()

    def add(self, fault: Fault) -> None:
        """Count the fault and list it while its code is below the cap."""
        self.counts[fault.code] += 1
        if self.counts[fault.code] <= self._cap:
            self.listed.append(fault)


@dataclass(frozen=True)
class DecodeOutcome:
    """The outcome of one file.

    Attributes:
        submission_id: The receipt number.
        rows_total: Data rows seen: those in the table and those with a fault of their own.
        faults: What could not be done; the contract's rule says whether a fault stops the file or a row.
        fault_counts: How often each code occurred, also beyond what is listed.
        sheets: Per sheet its name, header row, columns, and what was left out (blank, total, hidden).
        format: `xlsx`, `csv`, `json`, None when it was not recognised.
        encoding: Of a text file, as Python calls it.
        delimiter: Of a delimited file.
        table_path: The Arrow file, None when there are no rows to judge.
    """

    submission_id: str
    rows_total: int
    faults: list[Fault]
    sheets: list[dict[str, Any]]
    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    table_path: Path | None = None
    fault_counts: dict[str, int] = field(default_factory=dict)

    def to_json(self, indent: int | None = 1) -> str:
        """The outcome as JSON; the table by its file name, so that a folder can be moved."""
        content = asdict(self) | {"table_path": self.table_path.name if self.table_path else None}
        return json.dumps(content, ensure_ascii=False, indent=indent)

    @classmethod
    def from_json(cls, text: str, folder: Path) -> "DecodeOutcome":
        """Read back what `to_json` wrote; `folder` is where the table lies."""
        content = json.loads(text)
        faults = [Fault(**fault) for fault in content.pop("faults")]
        name = content.pop("table_path")
        return cls(**content, faults=faults, table_path=folder / name if name else None)

    @classmethod
    def read(cls, folder: Path, submission_id: str) -> "DecodeOutcome":
        """The outcome of a submission in `folder`."""
        return cls.from_json(outcome_path(folder, submission_id).read_text(encoding="utf-8"), folder)

    @classmethod
    def failed(cls, submission_id: str, faults: Iterable[Fault]) -> "DecodeOutcome":
        """An outcome without rows, for a file that could not be read at all."""
        listed = list(faults)
        return cls(submission_id, 0, listed, [], fault_counts=dict(Counter(fault.code for fault in listed)))


def outcome_path(folder: Path, submission_id: str) -> Path:
    """Where the outcome of a submission lies."""
    return folder / f"{submission_id}.json"


def table_path(folder: Path, submission_id: str) -> Path:
    """Where the rows of a submission lie."""
    return folder / f"{submission_id}.arrow"


def rows_path(folder: Path, submission_id: str) -> Path:
    """Where the file's own rows lie, as its answer shows them."""
    return folder / f"{submission_id}.rows.json"


def write_outcome(folder: Path, outcome: DecodeOutcome) -> None:
    """Put the outcome in place at once, and no table beside it where it has none."""
    path = outcome_path(folder, outcome.submission_id)
    if outcome.table_path is None:
        table_path(folder, outcome.submission_id).unlink(missing_ok=True)
    temporary = path.with_suffix(".json.part")
    temporary.write_text(outcome.to_json(), encoding="utf-8")
    temporary.replace(path)


def shortened(text: str) -> str:
    """A cell's text as a fault carries it: not too long, without signs that turn what stands behind it."""
    text = without_direction(text)
    return text if len(text) <= VALUE_LENGTH else text[: VALUE_LENGTH - 1] + "…"
