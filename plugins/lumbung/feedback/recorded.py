"""Answers from what the ledger has recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from lumbung.contracts.model import Contract, Severity
from lumbung.feedback.model import Answer, Count, Finding, Place

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

_LOOK_BACK = "7 days"
"""How far before the night an answer that could not be made then is still looked for."""


@dataclass(frozen=True)
class Pending:
    """A submission whose answer is to be made, as the ledger has it."""

    submission_id: str
    regency_code: str
    office_name: str
    dataset: str
    file_name: str
    sha256: str
    version: int
    supersedes_id: str | None
    business_date: date
    received_at: datetime
    state: str
    verdict: str | None
    rows_total: int | None
    rows_blank: int | None
    rows_accepted: int | None
    rows_held: int | None
    period_first_on: date | None
    period_last_on: date | None
    load_seq: int | None
    fingerprint: str
    known: str | None

    @property
    def is_failed(self) -> bool:
        """Whether the machine failed it."""
        return self.state == "failed"


def pending(conn: "Connection", night_id: int) -> list[Pending]:
    """The submissions that this night or the days before it brought to an end, in order of receipt.

    So are those of which people changed since then what counts or what is explained. History is not
    answered: nobody handed it in. `known` is the fingerprint of the answer there is.
    """
    from psycopg.rows import class_row

    with conn.cursor(row_factory=class_row(Pending)) as cursor:
        return cursor.execute(_PENDING, [_LOOK_BACK, night_id] * 2).fetchall()


_PENDING = """
select
    s.submission_id, s.regency_code, o.office_name, s.dataset, s.file_name, s.sha256, s.version,
    s.supersedes_id, s.business_date, s.received_at, s.state, s.verdict, s.rows_total, s.rows_blank,
    s.rows_accepted, s.rows_held, s.period_first_on, s.period_last_on, s.load_seq,
    md5(concat_ws('|', s.state = 'failed', s.verdict, s.load_seq, s.file_name, (
        select max(c.change_seq) from intake.changes as c
        where c.submission_id = s.submission_id
            and c.kind in ('released', 'withdrawn', 'restored', 'explained')
    ))) as fingerprint,
    b.fingerprint as known
from intake.submissions as s
inner join intake.offices as o using (regency_code)
left join intake.outbox as b on b.submission_id = s.submission_id and b.kind = 'workbook'
where not s.is_history and s.state in ('loaded', 'reported', 'failed')
    and s.submission_id in (
        select c.submission_id from intake.submission_states as c
        where c.since >= (select n.started_at - %s::interval from audit.nights as n where n.night_id = %s)
        union all
        select c.submission_id from intake.changes as c
        where c.made_at >= (select n.started_at - %s::interval from audit.nights as n where n.night_id = %s)
    )
order by s.received_at, s.submission_id
"""


def answer_of(conn: "Connection", row: Pending, contract: Contract) -> Answer:
    """All that is recorded about a submission; of a failed one nothing but its receipt."""
    receipt: dict[str, Any] = {
        "contract": contract,
        "submission_id": row.submission_id,
        "regency_code": row.regency_code,
        "office": row.office_name,
        "file_name": row.file_name,
        "business_date": row.business_date,
        "received_at": row.received_at,
        "version": row.version,
        "supersedes": row.supersedes_id,
    }
    if row.is_failed:
        return Answer(**receipt, verdict=None)
    released = grouped(_counting(conn, row, "release", is_withdrawn=False))
    return Answer(
        **receipt,
        verdict=row.verdict,
        rows_total=row.rows_total or 0,
        rows_blank=row.rows_blank or 0,
        rows_accepted=row.rows_accepted or 0,
        rows_held=row.rows_held or 0,
        period_first_on=row.period_first_on,
        period_last_on=row.period_last_on,
        findings=_findings(conn, row.submission_id, released),
        counts=_counts(conn, row.submission_id),
        accepted=_accepted(conn, row),
        held=_held(conn, row.submission_id),
        released=released,
        withdrawn=grouped(_counting(conn, row, "load", is_withdrawn=True)),
    )


def _findings(
    conn: "Connection", submission_id: str, released: Mapping[str, frozenset[Place]]
) -> list[Finding]:
    rows = conn.execute(
        "select f.finding_no, f.rule_id, f.severity, f.sheet, f.row_number, f.column_name, f.cell, f.value,"
        " f.message, f.remedy, e.explanation, f.column_number from intake.findings as f"
        " left join intake.explanations as e using (explanation_id)"
        " where f.submission_id = %s order by f.finding_no",
        [submission_id],
    ).fetchall()
    return [
        Finding(
            name=f"{submission_id}/{row[0]}",
            rule_id=row[1],
            severity=Severity(row[2]),
            sheet=row[3],
            row_number=row[4],
            column_name=row[5],
            cell=row[6],
            value=row[7],
            message=row[8],
            remedy=row[9] or "",
            explanation=row[10] or "",
            is_released=not released.get(row[3] or "", frozenset()).isdisjoint(
                {(row[4], row[11] or 0), (row[4], 0)}
            ),
        )
        for row in rows
    ]


def _counts(conn: "Connection", submission_id: str) -> list[Count]:
    rows = conn.execute(
        "select rule_id, severity, total, listed from intake.finding_counts where submission_id = %s"
        " order by rule_id",
        [submission_id],
    ).fetchall()
    return [Count(row[0], Severity(row[1]), row[2], row[3]) for row in rows]


def _accepted(conn: "Connection", row: Pending) -> Mapping[str, frozenset[Place]]:
    return grouped(_counting(conn, row, "load", is_withdrawn=False) if row.rows_accepted else [])


def _counting(
    conn: "Connection", row: Pending, kind: str, *, is_withdrawn: bool
) -> Sequence[tuple[str, int, int]]:
    """Places of a submission's rows in raw: of its newest load or of releases, in force or taken back."""
    from psycopg import sql

    return conn.execute(
        sql.SQL(
            "select r.sheet, r.row_number, r.column_number from raw.{} as r"
            " inner join intake.loads as l using (load_seq)"
            " where l.submission_id = %s and l.kind = %s and l.until_seq is null and %s = exists ("
            " select from intake.withdrawn_now as w where w.submission_id = l.submission_id"
            " and (w.sheet is null or w.sheet = r.sheet) and w.rows @> r.row_number)"
        ).format(sql.Identifier(row.dataset)),
        [row.submission_id, kind, is_withdrawn],
    ).fetchall()


def grouped(places: Sequence[tuple[str, int, int]]) -> dict[str, frozenset[Place]]:
    """Places of a file by their sheet."""
    by_sheet: dict[str, set[Place]] = {}
    for sheet, row_number, column_number in places:
        by_sheet.setdefault(sheet or "", set()).add((row_number, column_number))
    return {sheet: frozenset(own) for sheet, own in by_sheet.items()}


def _held(conn: "Connection", submission_id: str) -> dict[str, dict[Place, Sequence[str]]]:
    rows = conn.execute(
        "select sheet, row_number, column_number, rule_ids from intake.held_rows where submission_id = %s",
        [submission_id],
    ).fetchall()
    held: dict[str, dict[Place, Sequence[str]]] = {}
    for sheet, row_number, column_number, rule_ids in rows:
        held.setdefault(sheet or "", {})[row_number, column_number] = rule_ids
    return held
