"""The list of receipts of an office and day: every file that was handed in, also one that was here already.

A file that only lies in its channel still, as in a folder that is read every night, was not handed in again:
its time of arrival is the same.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lumbung.contracts.model import Contract
from lumbung.feedback import words
from lumbung.feedback.placing import Made, note, place
from lumbung.labels import format_date, format_instant, label
from lumbung.settings import Settings

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

_OURS, _WITHDRAWN = "failed", "withdrawn"
_ORDER = ("rejected", "partially_accepted", "accepted_with_notes", "accepted", _WITHDRAWN, _OURS)


def write_lists(
    conn: "Connection", settings: Settings, contracts: Mapping[str, Contract], night_id: int
) -> int:
    """Write the lists of the night's business date, where they say something new; how many were written.

    Args:
        conn: A connection of the ingest role.
        settings: The installation.
        contracts: By dataset.
        night_id: The night; its business date's other nights are in the lists too.

    Raises:
        OSError: A list could not be written.
    """
    by_office: dict[str, list[Any]] = defaultdict(list)
    with conn.transaction():
        rows = conn.execute(_RECEIPTS, [night_id]).fetchall()
        known = dict(conn.execute("select path, fingerprint from intake.outbox where kind = 'receipts'"))
    for row in rows:
        by_office[row[0]].append(row)
    written = 0
    for regency_code, lines in by_office.items():
        office, day = lines[0][1], lines[0][2]
        title = label("answer.receipts_title").format(office=office, day=format_date(day))
        said = "\n".join(_line(contracts, *line[3:]) for line in lines)
        contact = f"{label('answer.section_contact')}: {words.contact(settings.help_desk)}"
        content = f"{title}\n\n{_counted(lines)}\n\n{said}\n\n{contact}\n".encode()
        path = f"{regency_code}/tanda-terima_{day.isoformat()}.txt"
        fingerprint = hashlib.md5(content, usedforsecurity=False).hexdigest()
        if known.get(path) == fingerprint and (settings.outbox / path).is_file():
            continue
        place(settings.outbox / path, content)
        subject = label("answer.subject_receipts").format(day=format_date(day))
        with conn.transaction():
            note(conn, settings, Made(regency_code, None, "receipts", path, subject, fingerprint))
        written += 1
    return written


def _counted(lines: Sequence[Any]) -> str:
    """How many files there are and what became of them, those first with which there is something to do."""
    counts = Counter(_ours_or(state, verdict) for *_, state, verdict, _newer in lines)
    said = [f"{counts[kind]} {_in_words(kind)}" for kind in _ORDER if counts[kind]]
    return label("answer.receipts_count").format(count=len(lines), verdicts=", ".join(said))


def _line(
    contracts: Mapping[str, Contract], dataset: str, file_name: str, submission_id: str, first_at: Any,
    is_repeat: bool, state: str, verdict: str | None, newer: str | None,
) -> str:  # fmt: skip
    kind = _ours_or(state, verdict)
    said = label("answer.verdict.failed")
    if kind != _OURS:
        said = label("answer.receipts_verdict").format(verdict=_in_words(kind))
    title = contracts[dataset].title if dataset in contracts else dataset
    if newer:
        said += " " + label("answer.receipts_newer").format(newer=newer)
    key = "receipts_repeat" if is_repeat else "receipts_new"
    return "- " + label("answer", key).format(
        file=file_name, title=title, at=format_instant(first_at), receipt=submission_id, verdict=said
    )


def _ours_or(state: str, verdict: str | None) -> str:
    return _OURS if state == "failed" or verdict is None else verdict


def _in_words(kind: str) -> str:
    if kind == _WITHDRAWN:
        return label("answer.withdrawn")
    return label("answer.receipts_failed") if kind == _OURS else label("verdict", kind)


_RECEIPTS = """
with tonight as (select business_date from audit.nights where night_id = %s),
judged as (
    select
        s.*,
        case when exists (
            select from intake.withdrawn_now as w
            where w.submission_id = s.submission_id and w.sheet is null and w.rows = '{(,)}'::int4multirange
        ) and s.rows_accepted > 0 then 'withdrawn' else s.verdict end as said
    from intake.submissions as s
)
select
    s.regency_code, o.office_name, n.business_date, s.dataset, r.source_name, r.submission_id,
    (select min(first.received_at) from intake.receipts as first where first.submission_id = r.submission_id),
    bool_and(r.is_repeat), s.state, s.said,
    case when bool_or(r.is_repeat) then (
        select newer.submission_id from judged as newer
        where newer.regency_code = s.regency_code and newer.dataset = s.dataset
            and newer.file_stem = s.file_stem and newer.version > s.version
            and newer.rows_accepted > 0 and newer.said <> 'withdrawn'
        order by newer.version desc limit 1
    ) end
from intake.receipts as r
inner join audit.nights as n using (night_id)
inner join judged as s using (submission_id)
inner join intake.offices as o using (regency_code)
where n.business_date = (select business_date from tonight) and not s.is_history
    and not exists (
        select from intake.receipts as earlier
        where earlier.submission_id = r.submission_id and earlier.source_name = r.source_name
            and earlier.arrived_at = r.arrived_at and earlier.receipt_id < r.receipt_id
    )
group by
    s.regency_code, o.office_name, n.business_date, s.dataset, r.source_name, r.submission_id, s.state,
    s.said, s.file_stem, s.version
order by s.regency_code, min(r.receipt_id)
"""
