"""Names that submissions used and no list knows, from the rows and columns that were held for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from lumbung.aliases.lists import LISTS, AliasList, meanings
from lumbung.contracts.model import Contract
from lumbung.reference import Reference

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

_UNREAD = "column_not_read"
"""The fault of a column whose header is no name that any list knows."""
_HEADED = ("commodity", "market")
"""Lists whose names may run across a table."""

_Use = tuple[str, str, str, int, date]
"""A text, the office, the submission, how often, and the submission's business date."""


@dataclass
class UnknownName:
    """One name, however often it was written.

    Attributes:
        kind: The list that should know it.
        text: As an office wrote it first.
        regency_code: The office, for names of markets; '' where the list is the whole province's.
        rows: Rows held for it, and columns that were not read.
        submissions: Submissions that have it, and the offices they came from.
        last_on: Business date of the newest of them.
        nearest: Codes that it resembles, with how much, best first.
        known_as: What it means by now; None while nobody knows it.
    """

    kind: str
    text: str
    regency_code: str
    rows: int = 0
    submissions: dict[str, str] = field(default_factory=dict)
    last_on: date = date.min
    nearest: list[tuple[str, float]] = field(default_factory=list)
    known_as: str | None = None

    @property
    def offices(self) -> list[str]:
        """Codes of the offices that used it."""
        return sorted(set(self.submissions.values()))


def unknown_names(
    conn: "Connection", contracts: Mapping[str, Contract], reference: Reference, days: int
) -> list[UnknownName]:
    """Names that the submissions of recent nights used and no list knew then, the most frequent first.

    Args:
        conn: A connection that may read intake.
        contracts: All contracts by dataset.
        reference: The lists as they are now.
        days: How many days up to the latest night are recent.
    """
    found: dict[tuple[str, str, str], UnknownName] = {}
    for contract in contracts.values():
        for one, field_name, rule_id in _judged(contract):
            for use in sorted(_held(conn, contract.dataset, field_name, rule_id, days), key=_in_order):
                _add(found, one, reference, *use)
        for use in sorted(_unread(conn, contract, days), key=_in_order):
            if heading := _heading(contract, reference, use[1], use[0]):
                _add(found, heading, reference, *use)
    return sorted(found.values(), key=lambda name: (-name.rows, name.kind, name.text.casefold(), name.text))


def _judged(contract: Contract) -> Iterable[tuple[AliasList, str, str]]:
    """Lists, fields and the rules that hold a row because a list does not know the field's text."""
    by_subject = {rule.subject: rule.rule_id for rule in contract.rules}
    by_reference = {one.reference: one for one in LISTS.values()}
    for item in contract.fields:
        subject = "regency_matches" if item.reference == "regency" else f"{item.name}_known"
        if item.reference in by_reference and subject in by_subject:
            yield by_reference[item.reference], item.name, by_subject[subject]


def _held(conn: "Connection", dataset: str, field_name: str, rule_id: str, days: int) -> Iterable[_Use]:
    """Texts of a field in held rows, with submission, office, rows and business date."""
    return conn.execute(
        """
        select h.cells ->> %s, s.regency_code, s.submission_id, count(*)::int, s.business_date
        from intake.held_rows as h join intake.submissions as s using (submission_id)
        where s.dataset = %s and %s = any(h.rule_ids) and h.cells ->> %s is not null
          and s.business_date > (select max(business_date) from intake.submissions) - %s
        group by 1, 2, 3, 5
        """,
        [field_name, dataset, rule_id, field_name, days],
    )


def _unread(conn: "Connection", contract: Contract, days: int) -> Iterable[_Use]:
    """Headers of columns that were not read, with submission, office, columns and business date."""
    return conn.execute(
        """
        select f.column_name, s.regency_code, s.submission_id, count(*)::int, s.business_date
        from intake.findings as f join intake.submissions as s using (submission_id)
        where s.dataset = %s and f.rule_id = %s and f.column_name is not null
          and s.business_date > (select max(business_date) from intake.submissions) - %s
        group by 1, 2, 3, 5
        """,
        [contract.dataset, contract.rule_for_fault(_UNREAD).rule_id, days],
    )


def _in_order(use: _Use) -> tuple[date, str, int, str]:
    """The oldest first, of one submission the spelling that it used most."""
    text, _, submission_id, rows, on = use
    return on, submission_id, -rows, text


def _heading(contract: Contract, reference: Reference, office: str, text: str) -> AliasList | None:
    """The list whose names a header resembles most, of those that may run across the dataset's tables."""
    fields = {item.reference for item in contract.fields}
    scores = [
        (near[0][1], kind)
        for kind in _HEADED
        if kind in fields and (near := LISTS[kind].vocabulary(reference).nearest(office, text))
    ]
    return LISTS[max(scores)[1]] if scores else None


def _add(
    found: dict[tuple[str, str, str], UnknownName],
    one: AliasList,
    reference: Reference,
    text: str,
    office: str,
    submission_id: str,
    rows: int,
    on: date,
) -> None:
    regency = office if one.kind == "market" else ""
    place = one.kind, regency, one.key(text)
    name = found.get(place)
    if name is None:
        known = one.vocabulary(reference)
        now = meanings(one, reference, office, text)
        if one.kind == "regency" and now:
            return  # another office's name, or a double one: no spelling that is unknown
        name = UnknownName(
            one.kind,
            " ".join(text.split()),
            regency,
            nearest=known.nearest(office, text),
            known_as=now[0] if len(now) == 1 else None,
        )
        found[place] = name
    name.rows += rows
    name.submissions[submission_id] = office
    name.last_on = max(name.last_on, on)
