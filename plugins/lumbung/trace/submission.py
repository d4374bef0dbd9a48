"""The life of one submission: what the ledger and the releases say of it."""

from typing import TYPE_CHECKING, Any

from psycopg.rows import dict_row

from lumbung.errors import LumbungError

if TYPE_CHECKING:
    import psycopg

_QUESTIONS = {
    "submission": "select * from intake.submissions where submission_id = %s",
    "handed in": (
        "select arrived_at, received_at, channel, source_name, night_id, is_repeat"
        " from intake.receipts where submission_id = %s order by receipt_id"
    ),
    "versions": (
        "select v.submission_id, v.version, v.file_name, v.received_at, v.verdict"
        " from intake.submissions as v inner join intake.submissions as s"
        " using (regency_code, dataset, file_stem) where s.submission_id = %s order by v.version"
    ),
    "findings": (
        "select rule_id, severity, count(*) as listed from intake.findings where submission_id = %s"
        " group by 1, 2 order by 2, 1"
    ),
    "changes": (
        "select change_seq, kind, made_at, made_by, reason from intake.changes where submission_id = %s"
        " order by change_seq"
    ),
    "answers": (
        "select kind, path, made_at, delivered_at, delivered_by, failure from intake.outbox"
        " where submission_id = %s order by outbox_id"
    ),
    "published": (
        "select r.release_id, r.published_at, r.business_date from marts.release as r"
        " where r.release_id = (select min(release_from) from"
        " (select release_from from marts.fct_submission where submission_id = %(id)s"
        " union all select release_from from history.fct_submission where submission_id = %(id)s) as known)"
    ),
}


def trace_submission(
    connection: "psycopg.Connection[Any]", submission_id: str
) -> dict[str, list[dict[str, Any]]]:
    """What is known of a submission, by heading; a heading without rows is an empty list.

    Args:
        connection: One that may read the ledger (lumbung_engineer).
        submission_id: Its receipt number, such as ``3510-SP-0123456789``.

    Raises:
        LumbungError: when there is no such submission.
    """
    found = {}
    with connection.cursor(row_factory=dict_row) as cursor:
        for heading, question in _QUESTIONS.items():
            given: Any = {"id": submission_id} if "%(id)s" in question else [submission_id]
            found[heading] = cursor.execute(question.encode(), given).fetchall()
    if not found["submission"]:
        raise LumbungError(
            f"There is no submission {submission_id}.",
            "Nothing was read.",
            "Receipt numbers stand on the lists of receipts in the outbox, and in marts.fct_submission.",
        )
    return found
