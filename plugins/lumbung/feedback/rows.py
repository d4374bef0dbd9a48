"""What became of every row and cell of an office's sheet."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lumbung.contracts.model import Severity
from lumbung.decode.rendering import ShownSheet
from lumbung.feedback import words
from lumbung.feedback.model import Answer, Finding, Place
from lumbung.labels import label

_SAID = 3


@dataclass
class CellMark:
    """A marked cell: the worst severity of its findings, and what they say."""

    severity: Severity
    texts: list[str] = field(default_factory=list)


class SheetMarks:
    """The findings of one sheet by cell and by row.

    Args:
        answer: The file's answer.
        sheet: The sheet as it is shown.
    """

    def __init__(self, answer: Answer, sheet: ShownSheet) -> None:
        self._answer, self._sheet = answer, sheet
        self.cells: dict[Place, CellMark] = {}
        self._by_row: dict[int, list[Finding]] = {}
        for finding in answer.in_order():
            if (finding.sheet or "") != sheet.name:
                continue
            if finding.row_number is None:
                self._mark_header(finding)
                continue
            self._by_row.setdefault(finding.row_number, []).append(finding)
            self._mark(finding)
        self._accepted = Counter(row for row, _ in answer.accepted.get(sheet.name, ()))
        released = answer.released.get(sheet.name, frozenset())
        self._released = Counter(row for row, _ in released)
        self._withdrawn = Counter(row for row, _ in answer.withdrawn.get(sheet.name, ()))
        held = {
            place: rules for place, rules in answer.held.get(sheet.name, {}).items() if place not in released
        }
        self._held = Counter(row for row, _ in held)
        self._held_for: dict[int, list[str]] = {}
        for (row, _), rule_ids in held.items():
            self._held_for.setdefault(row, []).extend(rule_ids)
        tables = [entry for entry in sheet.entries if entry.get("header_row") is not None]
        self.header_rows = {int(entry["header_row"]) for entry in tables}
        self._sums = {row for entry in tables for row in entry.get("summing_row_numbers") or ()}

    def _mark(self, finding: Finding) -> None:
        place = cell_place(finding.cell)
        if place is not None and not finding.is_released:
            self._add(place, finding)

    def _mark_header(self, finding: Finding) -> None:
        """A finding on a whole column stands at the column's header."""
        if finding.column_name is None:
            return
        for entry in self._sheet.entries:
            for column in (entry.get("columns") or {}).values():
                if column["header"] == finding.column_name and entry.get("header_row"):
                    self._add((int(entry["header_row"]), int(column["position"])), finding)

    def _add(self, place: Place, finding: Finding) -> None:
        # Findings come with those that must be mended first, so the first one decides.
        self.cells.setdefault(place, CellMark(finding.severity)).texts.append(told(finding))

    def status(self, row: int, is_data: bool) -> str:
        """What became of a row, in words; '' above the table and in its header."""
        accepted, held = self._accepted[row], self._held[row]
        findings = self._by_row.get(row, [])
        must = any(finding.must_be_mended for finding in findings)
        if accepted and (held or must):
            # A cell that must be mended and whose value nobody could tell is no observation, hence not held.
            mend = held or sum(finding.must_be_mended for finding in findings)
            return _row("mixed").format(accepted=accepted, held=mend)
        if self._released[row] and not held:
            return _row("released")
        if self._withdrawn[row] and not held:
            return _row("withdrawn")
        if accepted:
            is_open = any(not (one.explanation or one.is_released) for one in findings)
            return _row("accepted_with_notes" if is_open else "accepted")
        if must:
            return _row("held")
        if held:
            returned = self._returning_rule()
            is_own = any(rule_id != returned for rule_id in self._held_for.get(row, []))
            return _row("held" if is_own else "returned")
        if row in self.header_rows or (self.header_rows and row < min(self.header_rows)):
            return ""
        if row in self._sums:
            return _row("sum")
        if is_data and self._answer.is_ours:
            return _row("failed")
        if is_data:
            return _row("returned" if self._answer.verdict == "rejected" else "blank")
        return _row("not_read") if self.header_rows else ""

    def notes(self, row: int) -> str:
        """What is said about a row, for a print without comments."""
        findings = self._by_row.get(row, [])
        said = [told(finding) for finding in findings[:_SAID]]
        if len(findings) > _SAID:
            said.append(f"… (+{len(findings) - _SAID})")
        if not said and self._held[row]:
            rule_ids = dict.fromkeys(self._held_for.get(row, []))
            said = [self._unmet(rule_id) for rule_id in rule_ids if rule_id != self._returning_rule()]
            said = said or [label("answer.row_in_order")]
        return " · ".join(said)

    def _unmet(self, rule_id: str) -> str:
        """A rule whose findings are counted but not listed one by one."""
        name = words.rule_name(self._answer.contract, rule_id)
        return label("answer.rule_unmet").format(rule=rule_id, name=name)

    def _returning_rule(self) -> str:
        return self._answer.contract.rule_for_fault("too_many_held").rule_id


def told(finding: Finding) -> str:
    """A finding in one line."""
    return " ".join(part for part in (f"{finding.rule_id}: {finding.message}", finding.remedy) if part)


def cell_place(cell: str | None) -> Place | None:
    """Row and column of a cell's name, both counted from 1."""
    if not cell:
        return None
    letters = cell.rstrip("0123456789")
    digits = cell[len(letters) :]
    if not letters or not digits:
        return None
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(digits), column


def safe_names(names: Sequence[str], taken: Sequence[str]) -> Iterator[str]:
    """Names that a workbook takes for sheets, in their order: short, of plain characters, each once."""
    used = {name.casefold() for name in taken}
    for name in names:
        plain = "".join("_" if character in "[]:*?/\\" else character for character in name)
        plain = plain.strip().strip("'")[:31] or label("answer.unnamed_sheet")
        found, number = plain, 2
        while found.casefold() in used or found.casefold() == "history":
            suffix = f" ({number})"
            found, number = plain[: 31 - len(suffix)] + suffix, number + 1
        used.add(found.casefold())
        yield found


def _row(kind: str) -> str:
    return label("answer.row", kind)
