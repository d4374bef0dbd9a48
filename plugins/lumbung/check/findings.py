"""Findings of one file: faults and broken rules, listed up to a cap per rule, counted in full."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lumbung import labels
from lumbung.check.decoded import DecodedFile
from lumbung.check.lookalikes import with_note
from lumbung.check.narration import MASK, masked
from lumbung.contracts.model import Contract, Rule, Severity
from lumbung.decode.outcome import Fault
from lumbung.values.foreign import without_direction

_OF_CELLS = frozenset({"value", "examples", "found", "difference"})
"""Words of a fault that are content of cells."""


@dataclass(frozen=True)
class Finding:
    """One broken rule on a file, row or cell, as the office reads it.

    Attributes:
        rule_id: The contract's rule.
        severity: What it means.
        sheet: The sheet, None for formats without sheets and findings on the file.
        row_number: As a person counts.
        column_name: The header as the office wrote it.
        value: What stood there.
        message: What is wrong.
        remedy: What to do.
        field_name: The contract's field, None when it is the row or the file.
        column_number: Column of the observation's value, 0 where the row is the observation.
        cell: The cell as a spreadsheet names it.
        public_message: Message and remedy with restricted values masked; None where nothing is to be masked.
    """

    rule_id: str
    severity: Severity
    sheet: str | None
    row_number: int | None
    column_name: str | None
    value: str | None
    message: str
    remedy: str = ""
    field_name: str | None = None
    column_number: int | None = None
    cell: str | None = None
    public_message: str | None = None


@dataclass(frozen=True)
class FindingCount:
    """How often a file broke a rule, and how many of these are listed."""

    rule_id: str
    severity: Severity
    total: int
    listed: int


@dataclass
class FileFindings:
    """All findings of one submission in the order in which they were added."""

    listed: list[Finding] = field(default_factory=list)
    counts: list[FindingCount] = field(default_factory=list)

    def add(self, rule: Rule, findings: Sequence[Finding], total: int) -> None:
        """Add the listed findings of a rule and how often it was broken altogether."""
        self.listed.extend(findings)
        self.counts.append(FindingCount(rule.rule_id, rule.severity, total, len(findings)))

    def total(self, severity: Severity) -> int:
        """How many findings of a severity there are, listed or not."""
        return sum(count.total for count in self.counts if count.severity == severity)


def add_faults(
    findings: FileFindings,
    contract: Contract,
    file: DecodedFile,
    faults: Sequence[Fault],
    totals: dict[str, int],
) -> None:
    """Turn faults into findings, each by the rule that carries its code.

    Args:
        findings: Where they are added, in the contract's order of rules.
        contract: Names the rule of each fault.
        file: The submission.
        faults: Those that are listed.
        totals: How often each code occurred, where that is more than is listed.

    Raises:
        LumbungError: when the contract has no rule for a fault.
    """
    by_code: dict[str, list[Fault]] = {}
    for fault in faults:
        by_code.setdefault(fault.code, []).append(fault)
    order = {rule.rule_id: position for position, rule in enumerate(contract.rules)}
    for code in sorted(by_code, key=lambda code: order[contract.rule_for_fault(code).rule_id]):
        rule = contract.rule_for_fault(code)
        listed = by_code[code][: contract.listed_findings_cap]
        findings.add(
            rule,
            [_told(rule, contract, file, fault) for fault in listed],
            max(totals.get(code, 0), len(by_code[code])),
        )


def _told(rule: Rule, contract: Contract, file: DecodedFile, fault: Fault) -> Finding:
    label = contract.field(rule.field).label if rule.field else fault.column_name
    column_number = fault.context.get("column_number")
    words: dict[str, Any] = {
        "file_name": without_direction(file.file_name),
        "office": file.office,
        "label": label,
        "value": fault.value,
        "sheet": fault.sheet,
        "row_number": fault.row_number,
        "column_name": fault.column_name,
        "suggestion": labels.label("suggestion.none"),
    } | {name: _worded(value) for name, value in fault.context.items()}
    field = rule.field or _field_named(file, fault)
    return Finding(
        rule_id=rule.rule_id,
        severity=rule.severity,
        sheet=fault.sheet,
        row_number=fault.row_number,
        column_name=fault.column_name,
        value=fault.value,
        message=with_note(rule.render_message(words), _header_meant(fault)),
        remedy=rule.render_remedy(words),
        field_name=field,
        column_number=column_number,
        cell=fault.context.get("cell") or file.cell(fault.sheet, field, fault.row_number, column_number or 0),
        public_message=masked(rule, words | dict.fromkeys(_content(fault), MASK))
        if _may_be_secret(contract, field, fault)
        else None,
    )


def _header_meant(fault: Fault) -> str:
    """The header as written of a column that was not found or not read; '' for other faults."""
    if fault.code in ("missing_column", "no_commodity"):
        return str(fault.context.get("suggestion") or "")
    return fault.column_name or "" if fault.code == "column_not_read" else ""


def _content(fault: Fault) -> frozenset[str]:
    """The words that tell what stands in cells: of a total also what its details come to."""
    return _OF_CELLS | {"expected"} if "found" in fault.context else _OF_CELLS


def _may_be_secret(contract: Contract, field: str | None, fault: Fault) -> bool:
    """Whether a fault tells the content of a restricted field, or of cells of no known field."""
    if field is not None:
        return contract.field(field).classification == "restricted"
    tells = fault.value is not None or not _OF_CELLS.isdisjoint(fault.context)
    return tells and any(one.classification == "restricted" for one in contract.fields)


def _field_named(file: DecodedFile, fault: Fault) -> str | None:
    """The field of the column that a fault names by its header."""
    if fault.column_name is None:
        return None
    for entry in file.outcome.sheets:
        if (entry.get("name") or "") == (fault.sheet or ""):
            for field, column in (entry.get("columns") or {}).items():
                if column["header"] == fault.column_name:
                    return str(field)
    return None


def _worded(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
