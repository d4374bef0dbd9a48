"""The published rules of a contract in the words that offices read."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from lumbung.contracts.messages import placeholders_in
from lumbung.contracts.model import Contract, Rule, Severity
from lumbung.contracts.vocabulary import LEVELS
from lumbung.labels import format_number, label

_OF_THE_DATA = tuple(level for level in LEVELS if level != "file")


@dataclass(frozen=True)
class PublishedRule:
    """One rule; all texts are Indonesian.

    Attributes:
        dataset: The contract's dataset.
        rule_id: As in findings, such as `SP-101`.
        name: Its short name.
        severity: What breaking it means.
        level: What is judged, as in the contract (`file`, `value`, …).
        where: The same in words.
        field: Label of the field it points at, '' for the row or the file.
        limit: The limits of what it measures, '' where it asks yes or no.
        message: What a finding says, placeholders in square brackets.
        remedy: What to do.
    """

    dataset: str
    rule_id: str
    name: str
    severity: str
    level: str
    where: str
    field: str
    limit: str
    message: str
    remedy: str


def published(contract: Contract) -> list[PublishedRule]:
    """All rules of a contract, grouped by what they judge, in the order of their ids."""
    ordered = sorted(contract.rules, key=lambda rule: (LEVELS.index(rule.level), rule.rule_id))
    return [
        PublishedRule(
            dataset=contract.dataset,
            rule_id=rule.rule_id,
            name=rule.name,
            severity=label("severity", str(rule.severity)),
            level=rule.level,
            where=label("rules.level", rule.level),
            field=contract.field(rule.field).label if rule.field else "",
            limit=_limit(rule),
            message=_in_words(rule.message, contract),
            remedy=_in_words(rule.remedy, contract),
        )
        for rule in ordered
    ]


def of_the_data(rules: Sequence[PublishedRule]) -> list[PublishedRule]:
    """Those about what an office types, without those about the file itself and its manner of writing."""
    return [rule for rule in rules if rule.level in _OF_THE_DATA and not rule.rule_id[3:].startswith("0")]


def intro(contract: Contract) -> str:
    """How many rules of which severity the contract has."""
    must = sum(rule.severity == Severity.GALAT for rule in contract.rules)
    return label("rules.intro").format(version=contract.version, must=must, ask=len(contract.rules) - must)


def as_csv(rules: Sequence[PublishedRule]) -> str:
    """The rules as CSV with a header in Indonesian: people open it in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        label("rules", head)
        for head in ("dataset", "id", "name", "severity", "where", "field", "limit", "message", "remedy")
    )
    writer.writerows(
        (one.dataset, one.rule_id, one.name, one.severity, one.where, one.field, one.limit, one.message,
         one.remedy)
        for one in rules
    )  # fmt: skip
    return out.getvalue()


def as_json(rules: Sequence[PublishedRule]) -> str:
    """The rules as a JSON list."""
    return json.dumps([asdict(rule) for rule in rules], ensure_ascii=False, indent=2) + "\n"


def as_markdown(contracts: Sequence[Contract]) -> str:
    """A page with one chapter per contract and one table per kind of rule."""
    lines: list[str] = []
    for contract in contracts:
        lines += [f"## {label('rules.title').format(title=contract.title)}", "", intro(contract), ""]
        rules = published(contract)
        for level in dict.fromkeys(rule.level for rule in rules):
            lines += [f"### {label('rules.level', level).capitalize()}", ""]
            heads = ("id", "severity", "name", "field", "limit", "message", "remedy")
            lines.append("| " + " | ".join(label("rules", head) for head in heads) + " |")
            lines.append("|---" * len(heads) + "|")
            for rule in (one for one in rules if one.level == level):
                cells = (
                    rule.rule_id, rule.severity, rule.name, rule.field, rule.limit, rule.message, rule.remedy,
                )  # fmt: skip
                lines.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _in_words(text: str, contract: Contract) -> str:
    """A text with what stands for a placeholder in square brackets."""
    names = {name: f"[{_placeholder(name, contract)}]" for name in placeholders_in(text)}
    return " ".join(text.format(**names).split())


def _placeholder(name: str, contract: Contract) -> str:
    if contract.has_field(name) and name != "period":
        return contract.field(name).label
    return label("rules.placeholder", name)


def _limit(rule: Rule) -> str:
    """The rule's limits in words; '' for rules that only ask whether something holds."""
    least, largest = rule.kwargs.get("min_value"), rule.kwargs.get("max_value")
    is_question = (least == 1 and largest is None) or (least in (None, 0) and largest == 0)
    if rule.expectation is None or is_question or (least is None and largest is None):
        return ""
    words = {"least": _number(least), "largest": _number(largest)}
    if least == largest:
        kind = "limit_equal"
    elif largest is None:
        kind = "limit_more" if rule.kwargs.get("strict_min") else "limit_least"
    else:
        kind = "limit_largest" if least is None else "limit_between"
    return label("rules", kind).format(**words)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if value == int(value):
        whole = str(int(value))
        return whole if len(whole) == 4 else format_number(value)  # years carry no separator
    return format_number(value, 3 if abs(value) < 0.01 else 2)
