"""What offices say about findings of severity konfirmasi.

An explanation is tied to office, dataset, rule, the row's key and the value it was given for. It answers
every later finding that agrees in all of them; once the value changes, the finding is asked anew.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lumbung.contracts.model import Contract, Severity
from lumbung.errors import LumbungError
from lumbung.intake import changes, counted
from lumbung.intake.changes import Kind, Submitted, Who
from lumbung.intake.states import State

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

_LENGTH = 2000


@dataclass(frozen=True)
class Explained:
    """What explaining a finding came to.

    Attributes:
        rule_id: The finding's rule.
        message: What the office was asked.
        findings: Findings that the explanation answers, as `<submission>/<finding_no>`; those of later
            files with the same key and value among them.
        is_new: False when the same explanation was there already.
    """

    rule_id: str
    message: str
    findings: tuple[str, ...]
    is_new: bool


def explain(
    conn: "Connection", contract: Contract, finding: str, text: str, by: str, dry_run: bool = False
) -> Explained:
    """Note what an office says about a finding; an explanation that was there is replaced.

    Args:
        conn: A connection of the ingest role.
        contract: Of the submission's dataset.
        finding: As `<submission>/<finding_no>`.
        text: The explanation, in the office's words.
        by: Who notes it.
        dry_run: Change nothing, tell what would change.

    Raises:
        LumbungError: when there is no such finding, it is a galat, or the text is empty or too long.
    """
    who = Who(by, text)
    if len(text) > _LENGTH:
        raise LumbungError(
            f"The explanation of {finding} has {len(text):,} characters.",
            "Nothing was changed.",
            f"Say it in {_LENGTH:,} characters.",
        )
    submission_id, finding_no = changes.finding_name(finding)
    with changes.rehearsal(conn, dry_run):
        submission, rule_id, message = _konfirmasi(conn, submission_id, finding_no)
        _subjects(conn, contract, [submission_id], rule_id)
        key, value = _subject_of(conn, submission_id, finding_no)
        in_force = conn.execute(
            "select explanation_id, explanation from intake.explanations where regency_code = %s"
            " and dataset = %s and rule_id = %s and row_key = %s and value = %s and revoked_at is null",
            [submission.regency_code, submission.dataset, rule_id, key, value],
        ).fetchone()
        if in_force is not None and in_force[1] == text.strip():
            return Explained(rule_id, message, _answered(conn, in_force[0]), is_new=False)
        if in_force is not None:
            _revoke(conn, in_force[0], by)
        row = conn.execute(
            "insert into intake.explanations (regency_code, dataset, rule_id, row_key, value, explanation,"
            " submission_id, finding_no, made_by) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " returning explanation_id",
            [
                submission.regency_code, submission.dataset, rule_id, key, value, text.strip(), submission_id,
                finding_no, by.strip(),
            ],
        ).fetchone()  # fmt: skip
        assert row is not None  # noqa: S101 - an insert returns its row
        touched = mark(conn, contract, _alike(conn, submission, rule_id), rule_id)
        for name in touched:
            changes.record(conn, name, Kind.EXPLAINED, who, {"explanation_id": row[0]})
        return Explained(rule_id, message, _answered(conn, row[0]), is_new=True)


def take_back(conn: "Connection", finding: str, who: Who, dry_run: bool = False) -> tuple[str, ...]:
    """Take the explanation of a finding back; it is asked again wherever it was answered by it.

    Returns:
        The findings that are open again.

    Raises:
        LumbungError: when the finding is unknown or not explained.
    """
    submission_id, finding_no = changes.finding_name(finding)
    with changes.rehearsal(conn, dry_run):
        changes.submitted(conn, submission_id)
        row = conn.execute(
            "select explanation_id from intake.findings where submission_id = %s and finding_no = %s",
            [submission_id, finding_no],
        ).fetchone()
        if row is None or row[0] is None:
            raise LumbungError(
                f"{finding} is not explained." if row else f"There is no finding {finding}.",
                "Nothing was changed.",
                "See is_explained and explanation in marts.fct_finding.",
            )
        names = _answered(conn, row[0])
        _revoke(conn, row[0], who.name)
        conn.execute("update intake.findings set explanation_id = null where explanation_id = %s", [row[0]])
        for name in sorted({name.rpartition("/")[0] for name in names}):
            changes.record(conn, name, Kind.EXPLAINED, who, {"explanation_id": row[0], "is_taken_back": True})
        return names


def mark(
    conn: "Connection", contract: Contract, submission_ids: Sequence[str], rule_id: str | None = None
) -> list[str]:
    """Mark the findings of loaded submissions that an explanation in force answers already.

    Args:
        conn: A connection of the ingest role, inside a transaction.
        contract: Of the submissions' dataset.
        submission_ids: Loaded submissions.
        rule_id: Of one rule only.

    Returns:
        The submissions of which a finding was marked.
    """
    known = conn.execute(
        "select 1 from intake.explanations as e"
        " inner join intake.submissions as s using (regency_code, dataset)"
        " where s.submission_id = any(%s) and e.revoked_at is null limit 1",
        [list(submission_ids)],
    ).fetchone()
    if known is None:
        return []
    _subjects(conn, contract, submission_ids, rule_id)
    marked = conn.execute(
        "update intake.findings as f set explanation_id = e.explanation_id"
        " from explained_subject as x inner join intake.explanations as e"
        " using (regency_code, dataset, rule_id, row_key, value)"
        " where e.revoked_at is null and f.submission_id = x.submission_id and f.finding_no = x.finding_no"
        " and f.explanation_id is distinct from e.explanation_id returning f.submission_id"
    ).fetchall()
    return sorted({row[0] for row in marked})


def _konfirmasi(conn: "Connection", submission_id: str, finding_no: int) -> tuple[Submitted, str, str]:
    """The submission, rule and message of a finding that may be explained."""
    submission = changes.submitted(conn, submission_id)
    if not submission.is_loaded or submission.state not in (State.LOADED, State.REPORTED):
        raise LumbungError(
            f"{submission_id} is being processed (state: {submission.state}).",
            "Its findings may still change. Nothing was changed.",
            "Wait for the next night; its findings may then have other numbers.",
        )
    row = conn.execute(
        "select rule_id, severity, message from intake.findings where submission_id = %s and finding_no = %s",
        [submission_id, finding_no],
    ).fetchone()
    if row is None:
        raise LumbungError(
            f"There is no finding {submission_id}/{finding_no}.",
            "Nothing was changed.",
            f"marts.fct_finding lists the findings of {submission_id}.",
        )
    if row[1] != Severity.KONFIRMASI:
        raise LumbungError(
            f"{submission_id}/{finding_no} ({row[0]}) must be mended: an explanation does not answer it.",
            "Nothing was changed.",
            "Ask the office for a corrected file; if the row is true after all: `lumbung release-held`.",
        )
    return submission, row[0], row[2]


def _subjects(
    conn: "Connection", contract: Contract, submission_ids: Sequence[str], rule_id: str | None
) -> None:
    """Leave in a temporary table what each konfirmasi finding is about: its row's key and the value.

    The value is that of the rule's field, or of all fields where it has none. A finding on no row is about
    its place, and its value is what was written and said.
    """
    from psycopg import sql

    keys, values = counted.key_columns(contract), counted.value_columns(contract)
    of_rule = {
        rule.rule_id: [contract.field(rule.field).column]
        for rule in contract.rules
        if rule.field is not None and contract.field(rule.field).column in values
    }
    conn.execute("drop table if exists pg_temp.explained_subject")
    conn.execute(
        sql.SQL(
            """
            create temporary table explained_subject on commit drop as
            select f.submission_id, f.finding_no, f.rule_id, s.regency_code, s.dataset,
                coalesce(
                    (select jsonb_object_agg(c, found.content -> c) from unnest(%(keys)s::text[]) as c),
                    jsonb_build_object('sheet', f.sheet, 'row', f.row_number, 'column', f.column_name)
                ) as row_key,
                coalesce(
                    (select jsonb_object_agg(c, found.content -> c)
                     from jsonb_array_elements_text(
                        coalesce(%(of_rule)s::jsonb -> f.rule_id, to_jsonb(%(values)s::text[]))) as c),
                    jsonb_build_object('written', f.value, 'message', f.message)
                ) as value
            from intake.findings as f
            inner join intake.submissions as s using (submission_id)
            left join lateral (
                select to_jsonb(r) as content from raw.{table} as r
                where r.load_seq = s.load_seq and r.sheet = coalesce(f.sheet, '')
                    and r.row_number = f.row_number
                    and r.column_number in (coalesce(f.column_number, r.column_number), 0)
                union all
                select h.typed from intake.held_rows as h
                where h.submission_id = f.submission_id and h.sheet = coalesce(f.sheet, '')
                    and h.row_number = f.row_number
                    and h.column_number in (coalesce(f.column_number, h.column_number), 0)
                limit 1
            ) as found on true
            where f.submission_id = any(%(ids)s) and f.severity = 'konfirmasi'
                and coalesce(f.rule_id = %(rule_id)s, true)
            """
        ).format(table=sql.Identifier(contract.dataset)),
        {
            "keys": keys,
            "values": values,
            "of_rule": json.dumps(of_rule),
            "ids": list(submission_ids),
            "rule_id": rule_id,
        },
    )


def _subject_of(conn: "Connection", submission_id: str, finding_no: int) -> tuple[str, str]:
    """Key and value of one finding, as JSON."""
    row = conn.execute(
        "select row_key::text, value::text from explained_subject"
        " where submission_id = %s and finding_no = %s",
        [submission_id, finding_no],
    ).fetchone()
    assert row is not None  # noqa: S101 - the finding was found before
    return row[0], row[1]


def _alike(conn: "Connection", submission: Submitted, rule_id: str) -> list[str]:
    """Loaded submissions of the same office and dataset that broke the rule on overlapping periods."""
    found = conn.execute(
        "select s.submission_id from intake.submissions as s"
        " inner join intake.submissions as own on own.submission_id = %s"
        " where s.regency_code = own.regency_code and s.dataset = own.dataset"
        " and s.state in ('loaded', 'reported')"
        " and exists (select from intake.finding_counts as c"
        "  where c.submission_id = s.submission_id and c.rule_id = %s)"
        " and coalesce(s.period_first_on <= own.period_last_on, true)"
        " and coalesce(s.period_last_on >= own.period_first_on, true)",
        [submission.submission_id, rule_id],
    ).fetchall()
    return sorted({submission.submission_id, *(row[0] for row in found)})


def _answered(conn: "Connection", explanation_id: int) -> tuple[str, ...]:
    found = conn.execute(
        "select submission_id || '/' || finding_no from intake.findings where explanation_id = %s"
        " order by submission_id, finding_no",
        [explanation_id],
    ).fetchall()
    return tuple(row[0] for row in found)


def _revoke(conn: "Connection", explanation_id: int, by: str) -> None:
    conn.execute(
        "update intake.explanations set revoked_by = %s, revoked_at = clock_timestamp()"
        " where explanation_id = %s",
        [by.strip(), explanation_id],
    )
