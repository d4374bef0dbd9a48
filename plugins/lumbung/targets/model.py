"""What a workbook of targets says, and what is wrong with it."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

YEAR = "tahunan"
ORIGINAL = "original"
FIRST_YEAR, LAST_YEAR = 2012, 2045
_ADJUSTED = re.compile(r"adjusted_([1-9][0-9]?)")


@dataclass(frozen=True, order=True)
class Subject:
    """What a target or a note is about; ``quarter`` is 0 for the year itself."""

    indicator_code: str
    regency_code: str
    year: int
    quarter: int

    @property
    def stored_quarter(self) -> int | None:
        """The quarter as the database has it, null for the year."""
        return self.quarter or None

    @property
    def of_year(self) -> tuple[str, str, int]:
        """What all its periods and versions share."""
        return self.indicator_code, self.regency_code, self.year

    @property
    def period(self) -> str:
        """The period's code: tahunan, TW1 to TW4."""
        return f"TW{self.quarter}" if self.quarter else YEAR


@dataclass(frozen=True)
class Amount:
    """A value, or a range from ``lower`` to ``upper``; in the indicator's unit."""

    value: Decimal | None
    lower: Decimal | None = None
    upper: Decimal | None = None


@dataclass(frozen=True)
class Target:
    """One row of a workbook that sets a target."""

    subject: Subject
    version: str
    amount: Amount
    decree: str
    decided_on: date
    effective_from_on: date
    sheet: str
    row_number: int


@dataclass(frozen=True)
class Note:
    """What a planner says about a target; one of the two may be empty."""

    subject: Subject
    cause: str
    follow_up: str
    sheet: str = ""
    row_number: int = 0


@dataclass(frozen=True)
class Problem:
    """Something wrong with a workbook, in Indonesian; sheet, row and column where it has them."""

    message: str
    remedy: str
    sheet: str | None = None
    row_number: int | None = None
    column: str | None = None


@dataclass
class Workbook:
    """A workbook as understood: its rows, and everything that keeps it from being taken."""

    file_name: str
    sha256: str
    size_bytes: int
    targets: list[Target] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    doubtful: set[tuple[str, str, int]] = field(default_factory=set)
    """Indicator, regency and year of rows with a problem: what others lack may be what those rows say."""


def version_number(version: str) -> int:
    """0 for the original, n for adjusted_n."""
    found = _ADJUSTED.fullmatch(version)
    return int(found.group(1)) if found else 0


def version_named(number: int) -> str:
    """The version of a number: original, adjusted_1, …"""
    return f"adjusted_{number}" if number else ORIGINAL
