"""What there is to say about one file, wherever it was judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain

from lumbung.contracts.model import Contract, Severity

Place = tuple[int, int]
"""Row and column of an observation within its sheet; column 0 = the whole row."""


@dataclass(frozen=True)
class Finding:
    """One finding as the office reads it.

    Attributes:
        name: `<submission>/<number>`, by which it is explained; '' when the file was only tried.
        rule_id: The contract's rule.
        severity: What it means.
        sheet: The office's name of the sheet, None for formats without sheets and findings on the file.
        row_number: As a person counts.
        column_name: The header as the office wrote it.
        cell: The cell as a spreadsheet names it.
        value: What stood there.
        message: What is wrong.
        remedy: What to do.
        explanation: What the office has said about it already.
        is_released: Whether its row counts after all, because a person found it true.
    """

    name: str
    rule_id: str
    severity: Severity
    sheet: str | None
    row_number: int | None
    column_name: str | None
    cell: str | None
    value: str | None
    message: str
    remedy: str
    explanation: str = ""
    is_released: bool = False

    @property
    def must_be_mended(self) -> bool:
        """Whether the office has something to mend."""
        return self.severity == Severity.GALAT and not self.is_released


@dataclass(frozen=True)
class Count:
    """How often the file broke a rule, and how many of these are listed."""

    rule_id: str
    severity: Severity
    total: int
    listed: int


@dataclass(frozen=True)
class Answer:
    """All that is known about one file.

    Attributes:
        contract: Of its dataset.
        submission_id: The receipt number; the one it would get when it was only tried.
        regency_code: The office.
        office: Its name.
        file_name: As the office named the file.
        business_date: "Today" for what is said about due and lock dates.
        verdict: None when it was not judged, for a reason of ours.
        is_trial: Judged before it was sent, without the warehouse.
        received_at: When the receipt was written; None for a trial.
        version: How many files of that name there were.
        supersedes: The receipt number of the version before.
        rows_total: Rows seen, blank ones included.
        rows_blank: Rows without a value.
        rows_accepted: Rows that went on.
        rows_held: Rows that did not.
        period_first_on: First day of the file's first period.
        period_last_on: Last day of its last one.
        findings: Those listed, in the order in which they were found.
        counts: All of them, per rule.
        accepted: Per sheet the observations that went on.
        held: Per sheet the observations that did not, with the rules that hold them.
        released: Per sheet those of the held that count after all, because a person found them true.
        withdrawn: Per sheet those that went on and count no more, because a person took them back.
    """

    contract: Contract
    submission_id: str
    regency_code: str
    office: str
    file_name: str
    business_date: date
    verdict: str | None
    is_trial: bool = False
    received_at: datetime | None = None
    version: int = 1
    supersedes: str | None = None
    rows_total: int = 0
    rows_blank: int = 0
    rows_accepted: int = 0
    rows_held: int = 0
    period_first_on: date | None = None
    period_last_on: date | None = None
    findings: Sequence[Finding] = ()
    counts: Sequence[Count] = ()
    accepted: Mapping[str, frozenset[Place]] = field(default_factory=dict)
    held: Mapping[str, Mapping[Place, Sequence[str]]] = field(default_factory=dict)
    released: Mapping[str, frozenset[Place]] = field(default_factory=dict)
    withdrawn: Mapping[str, frozenset[Place]] = field(default_factory=dict)

    @property
    def is_ours(self) -> bool:
        """Whether the machine failed, so that nothing can be said about the file."""
        return self.verdict is None

    @property
    def is_withdrawn(self) -> bool:
        """Whether nothing of it counts any more, because people took back all that had been accepted."""
        return bool(self.withdrawn) and not self.accepted and not self.released

    @property
    def rows_with_data(self) -> int:
        """Rows that were to be judged."""
        return max(self.rows_total - self.rows_blank, 0)

    @property
    def is_wide(self) -> bool:
        """Whether figures stand side by side, so that what is counted are cells and not rows."""
        places = chain(*self.accepted.values(), *self.held.values())
        return any(column for _, column in places)

    def total(self, severity: Severity) -> int:
        """How many findings of a severity there are, listed or not."""
        return sum(count.total for count in self.counts if count.severity == severity)

    def open(self, severity: Severity) -> int:
        """How many of them still ask something of the office: not released, not explained."""
        done = sum(
            one.severity == severity and (one.is_released or bool(one.explanation)) for one in self.findings
        )
        return max(self.total(severity) - done, 0)

    def in_order(self) -> list[Finding]:
        """The listed findings, those that must be mended first, each rule's together."""
        order = {count.rule_id: position for position, count in enumerate(self.counts)}
        return sorted(
            self.findings,
            key=lambda one: (not one.must_be_mended, order.get(one.rule_id, len(order))),
        )

    def rows_of_interest(self) -> dict[str, set[int]]:
        """Per sheet the rows that findings point at."""
        rows: dict[str, set[int]] = {}
        for finding in self.findings:
            if finding.row_number is not None:
                rows.setdefault(finding.sheet or "", set()).add(finding.row_number)
        return rows
