"""The letter to an office: what an e-mail says beside the workbook."""

from functools import cache
from typing import TYPE_CHECKING

from lumbung.contracts.model import Severity
from lumbung.feedback import words
from lumbung.feedback.model import Answer
from lumbung.labels import format_instant, format_number, label

if TYPE_CHECKING:
    from jinja2 import Template

_LISTED = 10


def subject(answer: Answer) -> str:
    """The subject line of an e-mail."""
    verdict = label("state.failed") if answer.is_ours else label("verdict", str(answer.verdict))
    return label("answer.subject").format(
        receipt=answer.submission_id, verdict=verdict, file=" ".join(answer.file_name.split())
    )


def write_letter(answer: Answer, help_desk: str) -> str:
    """The letter as plain text; ends with a line break."""
    must = [one for one in answer.in_order() if one.severity == Severity.GALAT]
    more = answer.total(Severity.GALAT) - min(len(must), _LISTED)
    return _template().render(
        answer=answer,
        verdict=words.verdict_line(answer),
        next=words.next_line(answer),
        findings=must[:_LISTED],
        more=format_number(more) if more > 0 else None,
        received=format_instant(answer.received_at),
        contact=words.contact(help_desk),
    )


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
