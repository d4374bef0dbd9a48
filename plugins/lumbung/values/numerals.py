"""One number as written, taken apart, and what a column's numbers say about their dots and commas."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from lumbung.values.cells import ESCAPE, NUMBER
from lumbung.values.missing import MISSING_WORDS, tidy

MOST_DIGITS = 15
"""A 64-bit float holds 15 significant digits exactly; longer numbers are not read rather than rounded."""

_LISTED_EXAMPLES = 4

_AROUND = re.compile(
    r"""
    ['"]?                                            # a spreadsheet's sign for text
    (?P<open>\()? \s?
    (?P<minus>-)? \s?
    (?:(?:rp|idr)\.?)? \s?
    (?P<later_minus>-)? \s?
    (?P<body>[0-9][0-9.,' ]*)
    (?:,-+|,=|\.-+)? \s?                             # 12.500,-
    (?P<close>\))?
    (?:\s?(?:/|per\b)\s?(?P<unit>[a-z][a-z0-9 .]*|[0-9]+\s?[a-z][a-z0-9 ./]*))?
    ['"]?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CURRENCY_ONLY = re.compile(r"(?:rp|idr)\.?\s?-*(?:,-+)?", re.IGNORECASE)
_GROUPS = {
    ".": re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+"),
    ",": re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+"),
}
_SPACE_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:(?: [0-9]{3})+|(?:'[0-9]{3})+)")
_WHOLE = re.compile(r"0|[1-9][0-9]*")
_DIGITS = re.compile(r"[0-9]+")


class Numeral(NamedTuple):
    """A number taken apart.

    Attributes:
        negative: Its sign.
        before: Digits before the separator, groups joined.
        separator: The one dot or comma whose meaning the column decides, or nothing.
        after: Digits after it.
        unit: What stood after a slash, or None.
        marked: A dot or comma stood in it, so that a contradiction in the column puts it in doubt.
    """

    negative: bool
    before: str
    separator: str
    after: str
    unit: str | None
    marked: bool

    def value(self, decimal: str | None) -> float:
        """The number meant, given the column's decimal sign."""
        fraction = f".{self.after}" if self.separator == decimal else self.after
        value = float(self.before + fraction) if self.separator else float(self.before)
        return -value if self.negative and value else value


@dataclass
class Evidence:
    """What a column's numbers say about dots and commas, with the first cell that says so.

    Attributes:
        thousands: Separators that must separate thousands somewhere.
        decimal: Separators that must be the decimal sign somewhere.
        open: Separators that stood once, before exactly three digits: either is possible.
    """

    thousands: dict[str, str] = field(default_factory=dict)
    decimal: dict[str, str] = field(default_factory=dict)
    open: dict[str, str] = field(default_factory=dict)

    def contradicts(self) -> bool:
        """Whether no one meaning of dot and comma fits the whole column."""
        meant = {mark: self._meanings(mark) for mark in ".,"}
        return any(len(meanings) > 1 for meanings in meant.values()) or (
            len(meant["."]) == 1 and meant["."] == meant[","]
        )

    def _meanings(self, mark: str) -> set[str]:
        """What a separator means: by what is certain, else thousands where it stood before three digits."""
        certain = {
            meaning
            for meaning, seen in (("thousands", self.thousands), ("decimal", self.decimal))
            if mark in seen
        }
        return certain or ({"thousands"} if mark in self.open else set())

    def decimal_separator(self) -> str | None:
        """The decimal sign that the column shows, directly or by its thousands separator."""
        for mark in self.decimal:
            return mark
        for mark in (*self.thousands, *self.open):
            return "," if mark == "." else "."
        return None

    def examples(self) -> tuple[str, ...]:
        """One cell for each thing the column says."""
        cells = [*self.thousands.values(), *self.decimal.values(), *self.open.values()]
        return tuple(dict.fromkeys(cells))[:_LISTED_EXAMPLES]


class NoNumber:
    """A cell that is no number: missing, or unreadable."""


MISSING = NoNumber()
UNREADABLE = NoNumber()


def take_apart(cell: str, evidence: Evidence) -> Numeral | float | NoNumber:
    """Read one cell as far as it can be read alone.

    Args:
        cell: A cell that is not null, marked as in `values/cells.py` or text.
        evidence: Gathers what this cell says about dots and commas.

    Returns:
        The value of a real number cell, the parts of a written number, `MISSING` or `UNREADABLE`.
    """
    if cell.startswith(ESCAPE):
        return _real_number(cell)
    text = tidy(cell)
    if text.casefold() in MISSING_WORDS:
        return MISSING
    match = _AROUND.fullmatch(text)
    if match is None:
        return MISSING if _CURRENCY_ONLY.fullmatch(text) else UNREADABLE
    opened, minus, later_minus, body, closed, unit = match.groups()
    if bool(opened) != bool(closed) or sum(map(bool, (opened, minus, later_minus))) > 1:
        return UNREADABLE
    negative = bool(opened or minus or later_minus)
    return _numeral(body.rstrip(), negative, unit.strip(" .") if unit else None, cell, evidence)


def _real_number(cell: str) -> float | NoNumber:
    if not cell.startswith(NUMBER):
        return UNREADABLE
    try:
        value = float(cell[2:])
    except ValueError:
        return UNREADABLE
    return value if abs(value) < 10.0**MOST_DIGITS else UNREADABLE


def _numeral(
    body: str, negative: bool, unit: str | None, cell: str, evidence: Evidence
) -> Numeral | NoNumber:
    """The digits and their separators; `evidence` is told what these can only mean."""
    if sum(map(str.isdigit, body)) > MOST_DIGITS:
        return UNREADABLE
    last = max(body.rfind("."), body.rfind(","))
    if last < 0:
        if _WHOLE.fullmatch(body) or _SPACE_GROUPS.fullmatch(body):
            return Numeral(negative, _digits(body), "", "", unit, marked=False)
        return UNREADABLE

    head, mark, tail = body[:last], body[last], body[last + 1 :]
    other = "," if mark == "." else "."
    if not _DIGITS.fullmatch(tail):
        return UNREADABLE
    if _WHOLE.fullmatch(head):
        may_be_thousands = len(tail) == 3 and len(head) <= 3 and head != "0"
        (evidence.open if may_be_thousands else evidence.decimal).setdefault(mark, cell)
        return Numeral(negative, head, mark, tail, unit, marked=True)
    if _SPACE_GROUPS.fullmatch(head):
        evidence.decimal.setdefault(mark, cell)
        return Numeral(negative, _digits(head), mark, tail, unit, marked=True)
    if _GROUPS[other].fullmatch(head):
        evidence.thousands.setdefault(other, cell)
        evidence.decimal.setdefault(mark, cell)
        return Numeral(negative, _digits(head), mark, tail, unit, marked=True)
    if _GROUPS[mark].fullmatch(body):
        evidence.thousands.setdefault(mark, cell)
        return Numeral(negative, _digits(body), "", "", unit, marked=True)
    return UNREADABLE


def _digits(grouped: str) -> str:
    return "".join(_DIGITS.findall(grouped))
