"""Contract files into `Contract` objects, refusing whatever is not understood.

Four readings, each reporting all it finds with the line: the YAML itself, the closed list of keys
(`profile.py`), the standard's JSON schema (`odcs.py`), and what only makes sense across the file
(`consistency.py`). The rules that all contracts share stand in a file of their own beside them.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

from lumbung.contracts import consistency, odcs
from lumbung.contracts.model import Calendar, Choice, Contract, Field, RowPolicy, Rule, Severity
from lumbung.contracts.problems import ContractError, Problem
from lumbung.contracts.profile import CONTRACT, SHARED_RULES
from lumbung.contracts.shapes import Complaint
from lumbung.contracts.vocabulary import GREAT_EXPECTATIONS, LUMBUNG
from lumbung.contracts.yaml_lines import Where, YamlFile, read_yaml

SUFFIX = ".odcs.yaml"
"""How the name of every contract file ends; what stands before it is the dataset."""

SHARED = "shared_rules.yaml"
"""The file beside the contracts with the rules that all of them carry, ids beginning with XX."""
_ANY_CODE = "XX"


def load_contract(path: Path | str) -> Contract:
    """Read one contract.

    Args:
        path: The file `<dataset>.odcs.yaml`.

    Returns:
        The contract.

    Raises:
        ContractError: With every problem found, each with file, line and column.
    """
    read = read_yaml(Path(path))
    shared = _shared_rules(read.path.with_name(SHARED))
    problems = [*read.problems, *shared.problems]
    if read.data is not None:
        problems += _structural_problems(read)
    if shared.data is not None:
        problems += _placed(shared, SHARED_RULES.complaints(shared.data, ()) if shared.places else ())
    if problems:
        raise ContractError(problems)
    own = tuple(_rule(item) for item in read.data["schema"][0]["quality"])
    contract = _contract(read.data, own)
    contract, carried = _with_shared(contract, tuple(_rule(item) for item in shared.data["quality"]))
    name = read.path.name.removesuffix(SUFFIX)
    problems = _placed(read, consistency.complaints(contract, own, read.data, name))
    for at, rule in carried.items():
        problems += _placed(shared, consistency.about_rule(contract, rule, ("quality", at)))
    if problems:
        raise ContractError(problems)
    return contract


def _shared_rules(path: Path) -> YamlFile:
    """The shared rules; where there is no such file, every contract must speak for all faults itself."""
    return read_yaml(path) if path.exists() else YamlFile(path, {"version": "0.0.0", "quality": []})


def _with_shared(contract: Contract, shared: tuple[Rule, ...]) -> tuple[Contract, dict[int, Rule]]:
    """The contract with the shared rules it does not repeat, and these by their position in their file."""
    own = {rule.rule_id for rule in contract.rules}
    carried: dict[int, Rule] = {}
    for at, rule in enumerate(shared):
        rule_id = rule.rule_id.replace(_ANY_CODE, contract.short_code, 1)
        if rule_id not in own and (rule.field is None or contract.has_field(rule.field)):
            carried[at] = replace(rule, rule_id=rule_id)
    rules = sorted((*carried.values(), *contract.rules), key=lambda rule: rule.rule_id)
    return replace(contract, rules=tuple(rules)), carried


def load_contracts(directory: Path | str) -> dict[str, Contract]:
    """Read every contract of a folder.

    Args:
        directory: The folder that holds the files `<dataset>.odcs.yaml`.

    Returns:
        Contracts by dataset, sorted by it.

    Raises:
        ContractError: With the problems of all files; also when the folder holds no contract or two of them
            share a short code, since receipt numbers would clash.
    """
    folder = Path(directory)
    contracts: dict[str, Contract] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            contract = load_contract(path)
        except ContractError as error:
            problems += error.problems
            continue
        for other in contracts.values():
            if other.short_code == contract.short_code:
                message = f"short code {contract.short_code!r} is that of {other.dataset} already"
                problems.append(Problem(path, 1, 1, message))
        contracts[contract.dataset] = contract
    if not contracts and not problems:
        problems.append(Problem(folder, 1, 1, f"no contract here; expected files named *{SUFFIX}"))
    if problems:
        raise ContractError(problems)
    return contracts


def _structural_problems(read: YamlFile) -> list[Problem]:
    own = list(CONTRACT.complaints(read.data, ()))
    said = [complaint.where for complaint in own]
    standard = [item for item in odcs.complaints(read.data) if not _is_said(item.where, said)]
    return _placed(read, [*own, *standard])


def _is_said(where: Where, said: Iterable[Where]) -> bool:
    """Whether a complaint at this place only repeats one made at, above or below it."""
    return any(other[: len(where)] == where or where[: len(other)] == other for other in said)


def _placed(read: YamlFile, complaints: Iterable[Complaint]) -> list[Problem]:
    return [read.problem(item.where, item.message, at_key=item.at_key) for item in complaints]


def _contract(data: dict[str, Any], rules: tuple[Rule, ...]) -> Contract:
    table = data["schema"][0]
    own = _properties(data)
    return Contract(
        dataset=table["name"],
        short_code=own["shortCode"],
        title=table["businessName"],
        version=data["version"],
        fields=tuple(_field(item) for item in table["properties"]),
        rules=rules,
        calendar=_calendar({item["property"]: item["value"] for item in data["slaProperties"]}),
        row_policy=RowPolicy(own["rowPolicy"]["kind"], float(own["rowPolicy"]["maxHeldPct"])),
        shapes=tuple(own["shapes"]),
        formats=tuple(own["formats"]),
        listed_findings_cap=own["listedFindingsCap"],
        description=data.get("description", {}).get("purpose", ""),
    )


def _field(item: dict[str, Any]) -> Field:
    own = _properties(item)
    return Field(
        name=item["name"],
        label=item["businessName"],
        logical_type=item["logicalType"],
        required=item["required"],
        primary_key=item.get("primaryKey", False),
        synonyms=tuple(synonym["synonym"] for synonym in item.get("synonyms", ())),
        classification=item["classification"],
        default=own.get("default"),
        reference=own.get("reference"),
        column=item["physicalName"],
        physical_type=item["physicalType"],
        zero_is_missing=own.get("zeroIsMissing", False),
        blank_skips_row=own.get("blankSkipsRow", False),
        choice_aliases=tuple((pair["alias"], pair["value"]) for pair in own.get("choiceAliases", ())),
        choices=tuple(Choice(choice["value"], choice["label"]) for choice in item.get("enum", ())),
        examples=tuple(item.get("examples", ())),
        description=item.get("description", ""),
    )


def _rule(item: dict[str, Any]) -> Rule:
    own = _properties(item)
    implementation = item["implementation"]
    expected = item["engine"] == GREAT_EXPECTATIONS
    return Rule(
        rule_id=item["id"],
        name=item["name"],
        severity=Severity(item["severity"]),
        level=own["level"],
        engine=GREAT_EXPECTATIONS if expected else LUMBUNG,
        field=own.get("field"),
        expectation=implementation["type"] if expected else None,
        kwargs=dict(implementation["kwargs"]) if expected else {},
        fault=None if expected else implementation["fault"],
        message=own["message"].strip(),
        remedy=own["remedy"].strip(),
    )


def _calendar(sla: dict[str, Any]) -> Calendar:
    return Calendar(
        period=sla["period"],
        due_time=time.fromisoformat(sla["dueTime"]),
        due_days_after=sla["dueDaysAfter"],
        lock_days_after=sla["lockDaysAfter"],
    )


def _properties(item: dict[str, Any]) -> dict[str, Any]:
    return {pair["property"]: pair["value"] for pair in item.get("customProperties", ())}
