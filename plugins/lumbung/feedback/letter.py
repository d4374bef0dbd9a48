"""The letter to an office: what an e-mail says beside the workbook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from lumbung.contracts.model import Severity
from lumbung.feedback import words
from lumbung.feedback.model import Answer, Finding
from lumbung.labels import format_instant, format_number, label

if TYPE_CHECKING:
    from jinja2 import Template

_LISTED = 10
_PLACES = 6


@dataclass(frozen=True)
class _Fault:
    """What is wrong at one place or at several, said once."""

    rule_id: str
    text: str
    places: str
    count: int


def subject(answer: Answer) -> str:
    """The subject line of an e-mail."""
    file_name = " ".join(answer.file_name.split())
    return label("answer.subject").format(
        receipt=answer.submission_id, verdict=words.verdict_word(answer), file=file_name
    )


def write_letter(answer: Answer, help_desk: str) -> str:
    """The letter as plain text; ends with a line break."""
    must = _faults(one for one in answer.in_order() if one.must_be_mended)
    listed = must[:_LISTED]
    more = answer.open(Severity.GALAT) - sum(fault.count for fault in listed)
    return _template().render(
        answer=answer,
        verdict=words.verdict_line(answer),
        next=words.next_line(answer),
        since=words.since_lines(answer),
        asks=bool(answer.open(Severity.KONFIRMASI)),
        is_open=bool(answer.open(Severity.GALAT)),
        faults=listed,
        more=format_number(more) if more > 0 else None,
        received=format_instant(answer.received_at),
        contact=words.contact(help_desk),
    )


def _faults(findings: Iterable[Finding]) -> list[_Fault]:
    """Findings that say the same of several places, such as one unknown market in many rows, as one."""
    same: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        text = " ".join(part for part in (one.message, one.remedy) if part)
        same.setdefault((one.rule_id, text), []).append(one)
    return [_Fault(rule_id, text, _places(found), len(found)) for (rule_id, text), found in same.items()]


def _places(findings: Sequence[Finding]) -> str:
    """Where they are, in the order of the file; '' for findings on the file as a whole."""
    placed = dict.fromkeys((one.sheet, one.cell, one.row_number) for one in findings)
    known = [place for place in placed if any(place)]
    said = []
    for (sheet, is_cell), group in groupby(known[:_PLACES], key=lambda place: (place[0], bool(place[1]))):
        names = ", ".join(cell or str(row) for _, cell, row in group if cell or row is not None)
        at = label("answer", "at_cell" if is_cell else "at_row").format(names=names) if names else ""
        in_sheet = label("answer.at_sheet").format(sheet=sheet) if sheet else ""
        said.append(", ".join(part for part in (in_sheet, at) if part))
    if len(known) > _PLACES:
        said.append(label("answer.more_places").format(count=format_number(len(known) - _PLACES)))
    text = "; ".join(said)
    return text[:1].upper() + text[1:]


@cache
def _template() -> "Template":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("lumbung.feedback", "templates"),
        autoescape=False,  # noqa: S701 - plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("letter.txt.j2")
