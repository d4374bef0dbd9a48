"""Withdrawing accepted rows, and taking a withdrawal back. Raw stays as it is: what counts is noted apart.

Of a submission and sheet at most one withdrawal is in force; withdrawing more rows, or taking some back, ends
it and begins another.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lumbung.contracts.model import Contract
from lumbung.errors import LumbungError
from lumbung.intake import changes, counted, row_numbers
from lumbung.intake.changes import Kind, Who
from lumbung.intake.counted import KeyChange

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Outcome:
    """What a withdrawal came to.

    Attributes:
        change_seq: Its number in the journal, None where nothing had to change.
        rows: Accepted rows that began or ceased to count.
        keys: Keys for which something else counts now.
    """

    change_seq: int | None
    rows: int
    keys: list[KeyChange]


def withdraw(
    conn: "Connection",
    contract: Contract,
    submission_id: str,
    who: Who,
    rows: str | None = None,
    sheet: str | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Let accepted rows of a submission count no more; earlier submissions' values show again.

    Rows that are not accepted, or are withdrawn already, are passed over.

    Args:
        conn: A connection of the ingest role.
        contract: Of the submission's dataset.
        submission_id: The submission.
        who: By whom and why.
        rows: Row numbers like `5-9,12`; None = the whole submission.
        sheet: Of one sheet only.
        dry_run: Change nothing, tell what would change.

    Raises:
        LumbungError: when the submission is unknown or not loaded, no accepted row is meant, or rows are
            named without the sheet while several sheets have them.
    """
    wanted = row_numbers.multirange(rows)
    with changes.rehearsal(conn, dry_run):
        _loaded(conn, submission_id)
        _refuse_unclear(conn, contract, submission_id, wanted, sheet, has_rows=rows is not None)
        before = counted.values_of(conn, contract, submission_id)
        counting = _count(conn, contract, submission_id)
        if _is_in_force(conn, submission_id, sheet, wanted):
            return Outcome(None, 0, [])
        detail = {"rows": rows or "all", "sheet": sheet}
        seq = changes.record(conn, submission_id, Kind.WITHDRAWN, who, detail)
        ended = conn.execute(
            "update intake.withdrawals set until_seq = %s"
            " where submission_id = %s and sheet is not distinct from %s and until_seq is null"
            " returning rows::text",
            [seq, submission_id, sheet],
        ).fetchone()
        conn.execute(
            "insert into intake.withdrawals (from_seq, submission_id, sheet, rows)"
            " values (%s, %s, %s, coalesce(%s, '{}')::int4multirange + %s::int4multirange)",
            [seq, submission_id, sheet, ended[0] if ended else None, wanted],
        )
        return _outcome(conn, contract, submission_id, seq, before, counting)


def restore(
    conn: "Connection",
    contract: Contract,
    submission_id: str,
    who: Who,
    rows: str | None = None,
    sheet: str | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Take a withdrawal back, as a whole or for some rows.

    Args:
        conn: A connection of the ingest role.
        contract: Of the submission's dataset.
        submission_id: The submission.
        who: By whom and why.
        rows: Row numbers like `5-9,12`; None = everything that is withdrawn.
        sheet: Of one sheet only; None = of all sheets.
        dry_run: Change nothing, tell what would change.

    Raises:
        LumbungError: when nothing of it is withdrawn, or one sheet is named of a withdrawal of all sheets.
    """
    wanted = row_numbers.multirange(rows)
    with changes.rehearsal(conn, dry_run):
        _loaded(conn, submission_id)
        before = counted.values_of(conn, contract, submission_id)
        counting = _count(conn, contract, submission_id)
        found = conn.execute(
            "select sheet, (rows - %(rows)s::int4multirange)::text from intake.withdrawn_now"
            " where submission_id = %(id)s and rows && %(rows)s::int4multirange"
            " and (sheet is null or %(sheet)s::text is null or sheet = %(sheet)s)",
            {"id": submission_id, "rows": wanted, "sheet": sheet},
        ).fetchall()
        if not found:
            raise LumbungError(
                f"Nothing of {submission_id} that this names is withdrawn.",
                "Nothing was changed.",
                "The view intake.withdrawn_now shows what is withdrawn.",
            )
        if sheet is not None and any(name is None for name, _ in found):
            raise LumbungError(
                f"{submission_id} is withdrawn on all sheets at once.",
                "One sheet of it cannot be taken back by itself; nothing was changed.",
                "Leave --sheet out, then withdraw again what should stay withdrawn.",
            )
        detail = {"rows": rows or "all", "sheet": sheet}
        seq = changes.record(conn, submission_id, Kind.RESTORED, who, detail)
        for name, rest in found:
            conn.execute(
                "update intake.withdrawals set until_seq = %s"
                " where submission_id = %s and sheet is not distinct from %s and until_seq is null",
                [seq, submission_id, name],
            )
            if rest != "{}":
                conn.execute(
                    "insert into intake.withdrawals (from_seq, submission_id, sheet, rows)"
                    " values (%s, %s, %s, %s::int4multirange)",
                    [seq, submission_id, name, rest],
                )
        return _outcome(conn, contract, submission_id, seq, before, counting)


def _outcome(
    conn: "Connection",
    contract: Contract,
    submission_id: str,
    seq: int,
    before: dict[counted.Key, counted.Value],
    counting: int,
) -> Outcome:
    after = counted.values_of(conn, contract, submission_id)
    rows = abs(_count(conn, contract, submission_id) - counting)
    return Outcome(seq, rows, counted.difference(contract, before, after))


def _loaded(conn: "Connection", submission_id: str) -> None:
    submission = changes.submitted(conn, submission_id)
    if not submission.is_loaded:
        raise LumbungError(
            f"{submission_id} is not loaded yet (state: {submission.state}).",
            "None of its rows counts, so there is nothing to withdraw. Nothing was changed.",
            "Wait for the next night.",
        )


def _refuse_unclear(
    conn: "Connection", contract: Contract, submission_id: str, wanted: str, sheet: str | None, has_rows: bool
) -> None:
    """Raise when no accepted row is meant, or rows of several sheets and no sheet is named."""
    from psycopg import sql

    found = conn.execute(
        sql.SQL(
            "select distinct r.sheet from raw.{} as r"
            " inner join intake.loads as l on r.load_seq = l.load_seq and l.until_seq is null"
            " where l.submission_id = %s and r.row_number <@ %s::int4multirange"
            " and coalesce(r.sheet = %s, true) order by 1"
        ).format(sql.Identifier(contract.dataset)),
        [submission_id, wanted, sheet],
    ).fetchall()
    if not found:
        raise LumbungError(
            f"{submission_id} has no accepted row there.",
            "Only accepted rows count and can be withdrawn. Nothing was changed.",
            "Row numbers are those of the file (row 1 is its first line); held rows are in intake.held_rows.",
        )
    if has_rows and sheet is None and len(found) > 1:
        raise LumbungError(
            f"{submission_id} has such rows on {len(found)} sheets.",
            "It is not clear which are meant. Nothing was changed.",
            "Name the sheet with --sheet: " + ", ".join(repr(name) for (name,) in found) + ".",
        )


def _is_in_force(conn: "Connection", submission_id: str, sheet: str | None, wanted: str) -> bool:
    return (
        conn.execute(
            "select 1 from intake.withdrawn_now where submission_id = %s"
            " and (sheet is null or sheet = %s) and rows @> %s::int4multirange",
            [submission_id, sheet, wanted],
        ).fetchone()
        is not None
    )


def _count(conn: "Connection", contract: Contract, submission_id: str) -> int:
    """Rows of a submission that count now."""
    from psycopg import sql

    row = conn.execute(
        sql.SQL(
            "select count(*) from raw.{} as r"
            " inner join intake.loads as l on r.load_seq = l.load_seq and l.until_seq is null"
            " where l.submission_id = %s and {}"
        ).format(sql.Identifier(contract.dataset), sql.SQL(counted.NOT_WITHDRAWN)),
        [submission_id],
    ).fetchone()
    return int(row[0]) if row else 0
