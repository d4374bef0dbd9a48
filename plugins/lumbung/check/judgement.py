"""One file's judgement: which rows are accepted, what is said about the others, and the verdict."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lumbung.check.decoded import DecodedFile
from lumbung.check.derivations import Derived
from lumbung.check.expectations import RuleResult
from lumbung.check.findings import FileFindings, Finding, add_faults
from lumbung.check.frame import NO_DAY, TypedFile
from lumbung.check.held import HeldRow, HeldRows
from lumbung.check.narration import Narrator
from lumbung.check.periods import reported_periods
from lumbung.check.verdict import exceeds_held_limit, verdict_of
from lumbung.contracts.model import Contract, Severity
from lumbung.decode.outcome import Fault
from lumbung.decode.places import entry_of, observation_column
from lumbung.errors import LumbungError
from lumbung.intake.states import Verdict
from lumbung.labels import format_number, format_percent

Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Judgement:
    """All that is decided about one submission.

    Attributes:
        file: The submission.
        verdict: What it means for the file.
        findings: Listed and counted.
        accepted: Positions in the night of the rows that go on.
        held: The rows that do not.
        rows_total: Rows seen; the sum of the next three.
        rows_blank: Rows without a value.
        rows_accepted: Rows that go on.
        rows_held: Rows that do not, also those that decoding could not put into the table.
        period_first_on: First day of the accepted rows' periods, or of all rows where none is accepted.
        period_last_on: Last day likewise.
        periods: Rows accepted and held by the first day of the contract's period in which they are reported;
            held rows that do not say theirs are left out.
    """

    file: DecodedFile
    verdict: Verdict
    findings: FileFindings
    accepted: Positions
    held: Iterable[HeldRow]
    rows_total: int
    rows_blank: int
    rows_accepted: int
    rows_held: int
    period_first_on: date | None
    period_last_on: date | None
    periods: dict[date, tuple[int, int]]


def stops_the_file(contract: Contract, faults: Sequence[Fault]) -> bool:
    """Whether a fault rejects the file as a whole, so that its rows are not judged."""
    rules = (contract.rule_for_fault(fault.code) for fault in faults)
    return any(rule.level == "file" and rule.severity == Severity.GALAT for rule in rules)


def judge_unread(file: DecodedFile, contract: Contract) -> Judgement:
    """The judgement on a file that decoding could not turn into rows."""
    outcome, findings = file.outcome, FileFindings()
    faults = list(outcome.faults)
    if not any(contract.rule_for_fault(fault.code).severity == Severity.GALAT for fault in faults):
        faults.append(Fault("no_rows"))
    add_faults(findings, contract, file, faults, outcome.fault_counts)
    return Judgement(
        file=file,
        verdict=Verdict.REJECTED,
        findings=findings,
        accepted=np.zeros(0, dtype=np.int64),
        held=[],
        rows_total=outcome.rows_total,
        rows_blank=0,
        rows_accepted=0,
        rows_held=outcome.rows_total,
        period_first_on=None,
        period_last_on=None,
        periods={},
    )


class NightJudge:
    """Judges the files of one dataset and night by what the rules found.

    Args:
        derived: The typed rows of all files, those of one file in a row, with their derived columns.
        results: What Great Expectations found, per rule.
    """

    def __init__(self, derived: Derived, results: Sequence[RuleResult]) -> None:
        self._contract = derived.context.contract
        self._rows = derived.rows
        self._derived = derived
        self._results = results

    def judge(self, file: DecodedFile, typed: TypedFile) -> Judgement:
        """Decide about one file.

        Raises:
            LumbungError: when no rule holds a row that could not be fully understood.
        """
        begin, end = np.searchsorted(self._rows.file, [file.number, file.number + 1])
        broken = self._broken(int(begin), int(end))
        faults = [*file.outcome.faults, *typed.faults]
        by_fault = self._rows_at_fault(file, faults, int(begin), int(end))
        galat = [positions for rule_id, positions in broken.items() if self._is_galat(rule_id)]
        held = np.unique(np.concatenate([*galat, np.array(list(by_fault), dtype=np.int64)]))
        unread = file.outcome.rows_total - (int(end) - int(begin)) - typed.rows_blank
        accepted = np.setdiff1d(np.arange(begin, end), held, assume_unique=True)
        rows = int(end) - int(begin) + unread

        held_count = len(held) + unread
        if rows == 0:
            faults.append(Fault("no_rows"))
        elif self._is_returned(held_count, rows):
            faults.append(self._too_many_held(held_count, rows))
            held, accepted = np.arange(begin, end), accepted[:0]
            held_count = rows
        self._refuse_holes(file, accepted)

        cap = self._contract.listed_findings_cap
        spoken = [positions[:cap] for positions in broken.values()]
        none = np.zeros(0, dtype=np.int64)
        narrator = Narrator(file, self._derived, np.unique(np.concatenate([none, *spoken])))
        findings = FileFindings()
        add_faults(findings, self._contract, file, faults, file.outcome.fault_counts)
        for rule_id, positions in broken.items():
            rule = self._contract.rule(rule_id)
            told = [narrator.tell(rule, position) for position in positions[:cap].tolist()]
            findings.add(
                rule,
                [
                    Finding(
                        rule_id=rule_id,
                        severity=rule.severity,
                        sheet=text.sheet,
                        row_number=text.row_number,
                        column_name=text.column_name,
                        value=text.value,
                        message=text.message,
                        remedy=text.remedy,
                        field_name=text.field_name,
                        column_number=text.column_number,
                        cell=text.cell,
                        public_message=text.public_message,
                    )
                    for text in told
                ],
                len(positions),
            )
        first_on, last_on = self._period(accepted if len(accepted) else np.arange(begin, end))
        return Judgement(
            file=file,
            verdict=verdict_of(len(accepted), held_count, findings.total(Severity.KONFIRMASI)),
            findings=findings,
            accepted=accepted,
            held=self._held_rows(file, held, broken, by_fault),
            rows_total=file.outcome.rows_total,
            rows_blank=typed.rows_blank,
            rows_accepted=len(accepted),
            rows_held=held_count,
            period_first_on=first_on,
            period_last_on=last_on,
            periods=self._periods(accepted, held),
        )

    def _is_returned(self, held: int, rows: int) -> bool:
        """Whether so many rows are held that the whole file is returned."""
        policy = self._contract.row_policy
        if policy.kind == "whole_file":
            return held > 0
        return exceeds_held_limit(held, rows, policy.max_held_pct)

    def _is_galat(self, rule_id: str) -> bool:
        return self._contract.rule(rule_id).severity == Severity.GALAT

    def _broken(self, begin: int, end: int) -> dict[str, Positions]:
        """Per rule that this file broke, the rows that broke it; in the contract's order."""
        broken = {}
        for result in self._results:
            low, high = np.searchsorted(result.positions, [begin, end])
            if high > low:
                broken[result.rule_id] = result.positions[low:high]
        return broken

    def _rows_at_fault(
        self, file: DecodedFile, faults: Sequence[Fault], begin: int, end: int
    ) -> dict[int, list[str]]:
        """Rows of the table that a galat fault of decoding points at, with the rules' ids.

        A fault that names a column (of a sheet where several observations share a row) holds that one alone.
        """
        wanted: dict[tuple[str, int], list[tuple[int, str]]] = {}
        for fault in faults:
            rule = self._contract.rule_for_fault(fault.code)
            if fault.row_number is not None and rule.severity == Severity.GALAT:
                column = int(fault.context.get("column_number") or 0)
                entry = entry_of(file.outcome.sheets, fault.sheet, fault.row_number, column)
                column = observation_column(entry, column)
                wanted.setdefault((fault.sheet or "", fault.row_number), []).append((column, rule.rule_id))
        if not wanted:
            return {}
        numbers, columns = self._rows.row_number[begin:end], self._rows.column_number[begin:end]
        near = np.flatnonzero(np.isin(numbers, [number for _, number in wanted]))
        sheets = file.table(["sheet"]).take(self._rows.at[begin:end][near])["sheet"].to_pylist()
        found: dict[int, list[str]] = {}
        for offset, sheet in zip(near.tolist(), sheets, strict=True):
            own = int(columns[offset])
            faulty = wanted.get((sheet or "", int(numbers[offset])), [])
            ids = [rule_id for column, rule_id in faulty if not column or not own or column == own]
            if ids:
                found[begin + offset] = list(dict.fromkeys(ids))
        return found

    def _too_many_held(self, held: int, rows: int) -> Fault:
        return Fault(
            "too_many_held",
            context={
                "count": format_number(held),
                "total": format_number(rows),
                "held_pct": format_percent(held / rows * 100, 1),
                "limit": format_percent(
                    0
                    if self._contract.row_policy.kind == "whole_file"
                    else self._contract.row_policy.max_held_pct,
                    0,
                ),
            },
        )

    def _refuse_holes(self, file: DecodedFile, accepted: Positions) -> None:
        """No row goes on with a gap in what it must have: a contract that lets one through is our fault."""
        rows = self._rows
        for field in self._contract.fields:
            if field.reference in ("regency", "unit") or not (field.required or field.primary_key):
                continue  # absent means the office and the commodity's own unit, or nothing
            if field.reference is not None:
                whole = rows.codes[field.name][accepted] >= 0
            elif field.name in rows.days:
                whole = rows.days[field.name][accepted] != NO_DAY
            elif field.name in rows.texts:
                whole = rows.texts[field.name].codes[accepted] >= 0
            else:
                whole = np.isfinite(rows.numbers[field.name][accepted])
            self._refuse_hole(file, accepted, whole, field.name)
        self._refuse_hole(file, accepted, self._derived.common.period_first[accepted] != NO_DAY, "period")

    def _refuse_hole(
        self, file: DecodedFile, accepted: Positions, whole: NDArray[np.bool_], name: str
    ) -> None:
        if whole.all():
            return
        row = int(self._rows.row_number[accepted[np.flatnonzero(~whole)[0]]])
        raise LumbungError(
            f"Row {row} of {file.submission_id} has no usable {name}, yet no rule holds it.",
            "Nothing was checked; no office is at fault.",
            f"Add the missing rule to expectations/{self._contract.dataset}.odcs.yaml.",
        )

    def _held_rows(
        self, file: DecodedFile, held: Positions, broken: dict[str, Positions], by_fault: dict[int, list[str]]
    ) -> HeldRows:
        reasons: dict[int, list[str]] = {position: list(ids) for position, ids in by_fault.items()}
        for rule_id, positions in broken.items():
            if self._is_galat(rule_id):
                for position in positions.tolist():
                    reasons.setdefault(position, []).append(rule_id)
        whole_file = [self._contract.rule_for_fault("too_many_held").rule_id]
        return HeldRows(file, self._derived, held, reasons, whole_file)

    def _period(self, positions: Positions) -> tuple[date | None, date | None]:
        common = self._derived.common
        first = common.period_first[positions]
        known = first != NO_DAY
        if not known.any():
            return None, None
        return _date(int(first[known].min())), _date(int(common.period_last[positions][known].max()))

    def _periods(self, accepted: Positions, held: Positions) -> dict[date, tuple[int, int]]:
        common = self._derived.common
        first = reported_periods(self._contract, common.period_first, common.period_last)
        counts: dict[date, list[int]] = {}
        for kind, positions in enumerate((accepted, held)):
            days, numbers = np.unique(first[positions], return_counts=True)
            for day, number in zip(days.tolist(), numbers.tolist(), strict=True):
                if day != NO_DAY:
                    counts.setdefault(_date(day), [0, 0])[kind] = number
        return {day: (own[0], own[1]) for day, own in counts.items()}


def _date(days: int) -> date:
    on: date = np.datetime64(days, "D").item()
    return on
