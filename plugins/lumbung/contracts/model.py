"""A contract in memory: the fields, rules, calendar and row policy of one dataset."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from functools import cached_property
from typing import Any

from lumbung.contracts.messages import fill, placeholders_for
from lumbung.contracts.vocabulary import derived_columns
from lumbung.errors import LumbungError
from lumbung.values.text import normalise_header


class Severity(StrEnum):
    """What a broken rule means: `galat` must be fixed and is held, `konfirmasi` is accepted with a note."""

    GALAT = "galat"
    KONFIRMASI = "konfirmasi"


@dataclass(frozen=True)
class Choice:
    """One value of a field with a closed list: its code and its Indonesian name."""

    code: str
    label: str


@dataclass(frozen=True)
class Field:
    """One column that a file of the dataset may or must have.

    Attributes:
        name: English name, as the decoded column is called.
        label: Indonesian business name, as offices read it.
        logical_type: ODCS type: string, number, integer, date.
        required: The column must be in the file.
        primary_key: The field is part of a row's key.
        synonyms: Other headers that mean this column, as written in the contract.
        classification: public, internal or restricted; values of restricted fields are masked.
        default: The code that stands where the column or cell is absent; for `unit` the commodity's own.
        reference: The list that resolves the cell (`vocabulary.REFERENCES`); `choice` is the field's own.
        column: The column of the checked rows and of the raw table.
        physical_type: PostgreSQL type of that column.
        zero_is_missing: 0 means "no figure", as `-` does.
        blank_skips_row: A row without this cell is no observation and no fault.
        choices: The closed list of values, where there is one.
        choice_aliases: Other words for them, each with the code it means.
        examples: Values as an office would write them, for templates.
    """

    name: str
    label: str
    logical_type: str
    required: bool
    primary_key: bool
    synonyms: tuple[str, ...]
    classification: str
    default: str | None
    reference: str | None
    column: str = ""
    physical_type: str = "text"
    zero_is_missing: bool = False
    blank_skips_row: bool = False
    choices: tuple[Choice, ...] = ()
    choice_aliases: tuple[tuple[str, str], ...] = ()
    examples: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True)
class Rule:
    """One rule of a contract.

    Attributes:
        rule_id: Stable id such as `SP-101`; never reused.
        name: Short Indonesian name.
        severity: What breaking it means.
        level: What is judged: `file` (a galat rejects the whole file), `value`, `row`, `across_rows`
            (several rows of the file) or `history` (against the market's past).
        engine: `greatExpectations`, or `lumbung` for faults that decoding and judging raise themselves.
        field: The field a finding points at, None when it is the row or the file.
        expectation: Great Expectations type in snake case, None for engine `lumbung`.
        kwargs: Arguments of the expectation.
        fault: The fault's code, None for engine `greatExpectations`.
        message: Indonesian sentence with `{placeholders}`.
        remedy: Indonesian sentence saying what to do, with `{placeholders}`.
    """

    rule_id: str
    name: str
    severity: Severity
    level: str
    engine: str
    field: str | None
    expectation: str | None
    kwargs: dict[str, Any]
    fault: str | None
    message: str
    remedy: str

    @property
    def subject(self) -> str:
        """What the rule looks at: the fault's code, or the derived column it judges."""
        return self.fault if self.fault is not None else str(self.kwargs["column"])

    def render_message(self, values: Mapping[str, object]) -> str:
        """The message with its placeholders filled; what is missing or None shows as a dash."""
        return fill(self.message, values)

    def render_remedy(self, values: Mapping[str, object]) -> str:
        """The remedy with its placeholders filled; what is missing or None shows as a dash."""
        return fill(self.remedy, values)


@dataclass(frozen=True)
class Calendar:
    """When a period's file is due and when the period closes.

    Attributes:
        period: `daily`, `weekly` (from Monday), `monthly`, `quarterly` or `yearly`: one file per office and
            period.
        due_time: Hour in Asia/Jakarta by which the file must have arrived.
        due_days_after: Days between the period's last day and the due day.
        lock_days_after: Days after the period's last day from which changes need an unlock.
    """

    period: str
    due_time: time
    due_days_after: int
    lock_days_after: int


@dataclass(frozen=True)
class RowPolicy:
    """What held rows do to their file.

    `per_row` accepts the others, up to `max_held_pct` percent held; `whole_file` then accepts none at all.
    """

    kind: str
    max_held_pct: float


@dataclass(frozen=True)
class RawColumn:
    """A column that the contract gives to the dataset's raw table."""

    name: str
    physical_type: str


@dataclass(frozen=True)
class Contract:
    """Everything that is agreed about one dataset.

    Attributes:
        dataset: Name of folder, raw table and contract file, e.g. `staple_prices`.
        short_code: Two letters used in receipt numbers and rule ids, e.g. `SP`.
        title: Indonesian name.
        version: Version of the contract.
        fields: The columns, in the order of the template for offices.
        rules: All rules, in the order of the contract file.
        calendar: Due and lock dates.
        row_policy: What held rows mean for the file.
        shapes: Layouts understood, e.g. `long`.
        formats: File formats understood, e.g. `xlsx`.
        listed_findings_cap: Findings listed per rule and file; more are only counted.
    """

    dataset: str
    short_code: str
    title: str
    version: str
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]
    calendar: Calendar
    row_policy: RowPolicy
    shapes: tuple[str, ...]
    formats: tuple[str, ...] = ("xlsx", "csv", "json")
    listed_findings_cap: int = 200
    description: str = ""

    @cached_property
    def _fields_by_name(self) -> dict[str, Field]:
        return {item.name: item for item in self.fields}

    @cached_property
    def _rules_by_id(self) -> dict[str, Rule]:
        return {rule.rule_id: rule for rule in self.rules}

    @cached_property
    def _rules_by_fault(self) -> dict[str, Rule]:
        return {rule.fault: rule for rule in self.rules if rule.fault is not None}

    def field(self, name: str) -> Field:
        """The field of that name; `LumbungError` when the contract has none."""
        try:
            return self._fields_by_name[name]
        except KeyError:
            raise self._has_no("field", name) from None

    def rule(self, rule_id: str) -> Rule:
        """The rule with that id; `LumbungError` when the contract has none."""
        try:
            return self._rules_by_id[rule_id]
        except KeyError:
            raise self._has_no("rule", rule_id) from None

    def rule_for_fault(self, code: str) -> Rule:
        """The rule that speaks for a fault's code; `LumbungError` when the contract has none."""
        try:
            return self._rules_by_fault[code]
        except KeyError:
            raise self._has_no("rule for the fault", code) from None

    @cached_property
    def derived_columns(self) -> dict[str, frozenset[str]]:
        """Every column that the rules may judge, each with the placeholders its texts may use."""
        return derived_columns(self.dataset, self.fields)

    def placeholders(self, rule: Rule) -> frozenset[str]:
        """The placeholders that a rule's message and remedy may use."""
        return placeholders_for(rule.subject, self.derived_columns, self._fields_by_name)

    def has_field(self, name: str) -> bool:
        """Whether the contract has a field of that name."""
        return name in self._fields_by_name

    def expectation_rules(self) -> tuple[Rule, ...]:
        """The rules that Great Expectations judges."""
        return tuple(rule for rule in self.rules if rule.engine == "greatExpectations")

    def header_aliases(self) -> dict[str, str]:
        """Every understood header, normalised by `normalise_header`, with the field it means."""
        return {
            normalise_header(header): item.name
            for item in self.fields
            for header in (item.label, *item.synonyms)
        }

    def key_fields(self) -> tuple[Field, ...]:
        """The fields that make a row's key."""
        return tuple(item for item in self.fields if item.primary_key)

    @property
    def raw_columns(self) -> tuple[RawColumn, ...]:
        """Names and PostgreSQL types of the columns of the raw table that the contract decides.

        The fields' columns, and `period_on`, the first day of the row's period, where no field is a day.
        """
        columns = tuple(RawColumn(item.column, item.physical_type) for item in self.fields)
        return (
            columns
            if self.has_field("observed_on") and self.calendar.period == "daily"
            else (*columns, RawColumn("period_on", "date"))
        )

    @property
    def period_column(self) -> str:
        """The column of the raw table by whose year it is partitioned."""
        return self.raw_columns[-1].name if self.raw_columns[-1].name == "period_on" else "observed_on"

    def _has_no(self, thing: str, name: str) -> LumbungError:
        return LumbungError(
            f"The contract of {self.dataset} has no {thing} named {name!r}.",
            "Code and contract disagree.",
            f"Add it to expectations/{self.dataset}.odcs.yaml or correct the name.",
        )
