"""What a cell of a template takes, told to the spreadsheet: limits from the contract, words in Indonesian."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lumbung.contracts.model import Contract, Field
from lumbung.labels import format_number, label

_TITLE, _MESSAGE = 32, 255
"""Longest title and message of an input check, in characters."""
_LARGEST = 10**15
"""Beyond that a spreadsheet no longer holds whole numbers exactly."""
_LENGTHS = {"kbli_form": 5}
"""Derived columns that ask for so many characters without saying so in a limit."""


@dataclass(frozen=True)
class Limits:
    """The least and the largest number that a field takes; None where the contract sets none."""

    least: float | None = None
    largest: float | None = None
    is_strict: bool = False
    """Whether it must be more than the least."""

    @property
    def words(self) -> str:
        """Said to an office; '' where there is none."""
        if self.least is not None and self.largest is not None:
            return label("template.limit.between").format(
                least=_number(self.least), largest=_number(self.largest)
            )
        if self.least is not None:
            kind = "more" if self.is_strict else "least"
            return label("template.limit", kind).format(least=_number(self.least))
        if self.largest is not None:
            return label("template.limit.largest").format(largest=_number(self.largest))
        return ""


def limits_of(contract: Contract, field: Field) -> Limits:
    """What the contract's rules on the field's own value say."""
    found: dict[str, Any] = {}
    for rule in contract.rules:
        if rule.kwargs.get("column") == field.column and rule.level == "value":
            found |= rule.kwargs
    return Limits(found.get("min_value"), found.get("max_value"), bool(found.get("strict_min")))


def length_of(contract: Contract, field: Field) -> int | None:
    """How many characters a text must have, None where any number will do."""
    for rule in contract.rules:
        column = str(rule.kwargs.get("column", ""))
        if rule.field != field.name or rule.level != "value":
            continue
        if column in _LENGTHS:
            return _LENGTHS[column]
        if column.endswith("_digits") and rule.kwargs.get("min_value") == rule.kwargs.get("max_value"):
            return int(rule.kwargs["min_value"])
    return None


def first_year(contract: Contract) -> int:
    """The first year for which the contract takes data."""
    years = [r.kwargs["min_value"] for r in contract.rules if r.kwargs.get("column") == "observed_year"]
    return int(max(years, default=2000))


def check_of(contract: Contract, field: Field, choices: str | None) -> Mapping[str, Any]:
    """The input check of a column, as XlsxWriter's ``data_validation`` takes it.

    Args:
        contract: The contract.
        field: The column's field.
        choices: The range with the field's list, such as ``=Daftar!$A$2:$A$9``; None where it has none.
    """
    kind, error = _kind(contract, field, choices)
    return {
        **kind,
        "input_title": _cut(field.label, _TITLE),
        "input_message": _cut(hint(contract, field), _MESSAGE),
        "error_title": _cut(label("template.error.title").format(label=field.label), _TITLE),
        "error_message": _cut(error, _MESSAGE),
        "error_type": "stop",
    }


def hint(contract: Contract, field: Field) -> str:
    """What to write into a field: whether it must be there, what it means, within which limits."""
    parts = [label("template.required" if field.required else "template.optional") + ".", field.description]
    limits = limits_of(contract, field).words
    if limits and field.name != "year":
        parts.append(f"{limits[0].upper()}{limits[1:]}.")
    if field.examples:
        parts.append(label("template.example").format(example=field.examples[0]))
    return " ".join(parts)


def _kind(contract: Contract, field: Field, choices: str | None) -> tuple[dict[str, Any], str]:
    if choices is not None:
        return {"validate": "list", "source": choices}, label("template.error.list")
    year = first_year(contract)
    if field.logical_type == "date":
        bounds = {"criteria": "between", "minimum": date(year, 1, 1), "maximum": "=TODAY()"}
        return {"validate": "date", **bounds}, label("template.error.date").format(year=year)
    if field.name == "year":
        bounds = {"criteria": "between", "minimum": year, "maximum": "=YEAR(TODAY())"}
        return {"validate": "integer", **bounds}, label("template.error.year").format(year=year)
    if field.logical_type in ("integer", "number"):
        limits = limits_of(contract, field)
        kind = "integer" if field.logical_type == "integer" else "decimal"
        words = label("template.error", kind).format(limits=limits.words or label("template.limit.none"))
        return {"validate": kind, **_criteria(limits, kind)}, words
    if length := length_of(contract, field):
        return {"validate": "length", "criteria": "==", "value": length}, label(
            "template.error.length"
        ).format(length=length)
    return {"validate": "any"}, ""


def _criteria(limits: Limits, kind: str) -> dict[str, Any]:
    least = -_LARGEST if limits.least is None else limits.least
    if limits.is_strict and limits.least is not None:
        if kind == "decimal":
            return {"criteria": ">", "value": least}
        least += 1
    largest = _LARGEST if limits.largest is None else limits.largest
    return {"criteria": "between", "minimum": least, "maximum": largest}


def _number(value: float) -> str:
    text = format_number(value, 0 if value == int(value) else 3)
    return text


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
