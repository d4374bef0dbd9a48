"""What a shape fills while it reads the sheets of one file."""

from dataclasses import dataclass, field
from typing import Any

from lumbung.decode.limits import Limits
from lumbung.decode.outcome import FaultList
from lumbung.decode.spec import DecodeSpec
from lumbung.decode.table import TableBuilder


@dataclass
class Reading:
    """One file on its way from rows to a table.

    Attributes:
        spec: What is understood.
        limits: What the file may cost.
        faults: What could not be done.
        table: The rows.
        rows_total: Data rows seen, with those that have a fault of their own.
        sheets: What is recorded of each sheet.
        is_rejected: A sheet's structure is at fault: the file has no rows to judge.
        office: Regency code, by which markets are known.
        without_header: Sheets in which no header was found, to be judged when all are read, and whether they
            hold what could be observations.
    """

    spec: DecodeSpec
    limits: Limits
    faults: FaultList
    table: TableBuilder = field(default_factory=TableBuilder)
    rows_total: int = 0
    sheets: list[dict[str, Any]] = field(default_factory=list)
    is_rejected: bool = False
    office: str = ""
    without_header: dict[str | None, bool] = field(default_factory=dict)
