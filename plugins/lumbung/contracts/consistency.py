"""What must hold across a contract file: nothing twice, nothing named that is not there."""

from collections.abc import Iterable, Iterator
from typing import Any

from lumbung.contracts.messages import placeholders_in
from lumbung.contracts.model import Contract, Field, Rule
from lumbung.contracts.shapes import Complaint, did_you_mean
from lumbung.contracts.vocabulary import CHOICE, FAULTS, FIELD_OF_FAULT, GREAT_EXPECTATIONS
from lumbung.contracts.yaml_lines import Where
from lumbung.values.text import normalise_header

_FIELDS: Where = ("schema", 0, "properties")
_RULES: Where = ("schema", 0, "quality")


def complaints(
    contract: Contract, own: tuple[Rule, ...], data: dict[str, Any], expected_name: str
) -> Iterator[Complaint]:
    """Everything that does not hold across the contract.

    Args:
        contract: The contract as read, with the rules that all contracts share.
        own: The rules of the file itself, in its order.
        data: The file it was read from, sound in its structure.
        expected_name: The dataset that the file's name says.
    """
    if len(data["schema"]) != 1:
        yield Complaint(("schema", 1), "a contract describes exactly one table")
    for where, name in ((("id",), data["id"]), (("schema", 0, "name"), contract.dataset)):
        if name != expected_name:
            yield Complaint(where, f"{name!r} differs from the file's name, {expected_name!r}")
    yield from _about_fields(contract.fields)
    yield from _about_rules(contract, own)


def _about_fields(fields: tuple[Field, ...]) -> Iterator[Complaint]:
    yield from _repeated("field", (((*_FIELDS, at, "name"), item.name) for at, item in enumerate(fields)))
    columns = (((*_FIELDS, at, "physicalName"), item.column) for at, item in enumerate(fields))
    yield from _repeated("column", columns)
    yield from _repeated("header", _headers(fields))
    if not any(item.primary_key for item in fields):
        yield Complaint(_FIELDS, "no field is part of the key (primaryKey: true)")
    for at, item in enumerate(fields):
        codes = [choice.code for choice in item.choices]
        places = ((*_FIELDS, at, "enum", choice_at, "value") for choice_at in range(len(codes)))
        yield from _repeated("code", zip(places, codes, strict=True))
        if (item.reference == CHOICE) and not codes:
            yield Complaint((*_FIELDS, at), "a field of the list 'choice' lists its values under enum")
        for alias_at, (_, code) in enumerate(item.choice_aliases):
            if code not in codes:
                where = (*_FIELDS, at, "customProperties")
                yield Complaint(
                    where, f"choice alias {alias_at + 1} means {code!r}, which is no value of enum"
                )
        if codes and item.default is not None and item.default not in codes:
            where = (*_FIELDS, at, "customProperties")
            yield Complaint(where, f"default {item.default!r} is none of {', '.join(codes)}")


def _headers(fields: tuple[Field, ...]) -> Iterator[tuple[Where, str]]:
    for at, item in enumerate(fields):
        yield (*_FIELDS, at, "businessName"), normalise_header(item.label)
        for synonym_at, synonym in enumerate(item.synonyms):
            yield (*_FIELDS, at, "synonyms", synonym_at, "synonym"), normalise_header(synonym)


def _about_rules(contract: Contract, own: tuple[Rule, ...]) -> Iterator[Complaint]:
    yield from _repeated("rule id", (((*_RULES, at, "id"), rule.rule_id) for at, rule in enumerate(own)))
    faults = (
        ((*_RULES, at, "implementation", "fault"), rule.fault)
        for at, rule in enumerate(own)
        if rule.fault is not None
    )
    yield from _repeated("fault", faults)
    spoken = {rule.fault for rule in contract.rules}
    for code in FAULTS:
        field = FIELD_OF_FAULT.get(code)
        if code not in spoken and (field is None or contract.has_field(field)):
            yield Complaint(_RULES, f"no rule speaks for the fault {code!r}")
    for at, rule in enumerate(own):
        yield from about_rule(contract, rule, (*_RULES, at))


def about_rule(contract: Contract, rule: Rule, where: Where) -> Iterator[Complaint]:
    """What does not hold in one rule of a contract that stands at this place of its file."""
    if not rule.rule_id.startswith(f"{contract.short_code}-"):
        message = f"{rule.rule_id!r} must begin with the short code, {contract.short_code}-"
        yield Complaint((*where, "id"), message)
    if rule.field is not None and not contract.has_field(rule.field):
        yield Complaint((*where, "customProperties"), f"{rule.field!r} is no field of this contract")
    if rule.engine == GREAT_EXPECTATIONS:
        kwargs = (*where, "implementation", "kwargs")
        column = rule.kwargs["column"]
        if column not in contract.derived_columns:
            known = tuple(contract.derived_columns)
            message = f"{column!r} is not known here{did_you_mean(column, known)}"
            yield Complaint((*kwargs, "column"), message)
            return
        yield from _about_bounds(rule, kwargs)
    allowed_here = contract.placeholders(rule)
    for part, text in (("message", rule.message), ("remedy", rule.remedy)):
        try:
            unknown = placeholders_in(text) - allowed_here
        except ValueError as error:
            yield Complaint((*where, "customProperties"), f"{part}: {error}")
            continue
        if unknown:
            allowed = ", ".join(sorted(allowed_here))
            wrong = ", ".join(sorted(unknown))
            message = f"{part} uses unknown placeholders: {wrong}; {rule.subject!r} gives {allowed}"
            yield Complaint((*where, "customProperties"), message)


def _about_bounds(rule: Rule, where: Where) -> Iterator[Complaint]:
    if rule.expectation != "expect_column_values_to_be_between":
        return
    low, high = rule.kwargs.get("min_value"), rule.kwargs.get("max_value")
    if low is None and high is None:
        yield Complaint(where, "a range needs min_value, max_value or both")
    elif low is not None and high is not None and low > high:
        yield Complaint(where, f"min_value {low} is above max_value {high}")


def _repeated(noun: str, placed: Iterable[tuple[Where, str]]) -> Iterator[Complaint]:
    seen: set[str] = set()
    for where, name in placed:
        if name in seen:
            yield Complaint(where, f"{noun} {name!r} is there twice")
        seen.add(name)
