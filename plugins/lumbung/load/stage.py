"""Loading checked submissions: one transaction each, in order of receipt.

The state guards against loading twice: it is read under a lock of the submission's row and changed in the
transaction that brings the rows in. A crash between two submissions leaves the rest checked, for the next
run.
"""

from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from lumbung import clock
from lumbung.contracts.model import Contract
from lumbung.intake import explanations, ledger
from lumbung.intake.states import State, transition
from lumbung.settings import Settings

Connection = psycopg.Connection[Any]

_BLOCK = 1 << 20


class _WorkFileError(Exception):
    """A work file is gone or is not what the ledger says; the submission must be decoded again."""


def load_checked(conn: Connection, settings: Settings, contracts: dict[str, Contract]) -> dict[str, Any]:
    """Load every submission in state ``checked``: accepted rows into raw, held rows into quarantine.

    A submission whose work files are gone or incomplete goes to state ``failed``, so that the next night
    decodes it again; the others load.

    Args:
        conn: A connection of the ingest role, outside a transaction.
        settings: Where the work files are.
        contracts: By dataset.

    Returns:
        Counts for the night's record: files, rows_loaded, rows_held, failed.
    """
    counts = {"files": 0, "rows_loaded": 0, "rows_held": 0, "failed": 0}
    pending = [row for row in ledger.pending(conn, [State.CHECKED]) if row.dataset in contracts]
    conn.commit()
    for row in pending:
        try:
            with conn.transaction():
                loaded = _load(conn, settings.work, row.submission_id, row.dataset)
                if loaded is not None:
                    explanations.mark(conn, contracts[row.dataset], [row.submission_id])
        except _WorkFileError as error:
            with conn.transaction():
                transition(conn, [row.submission_id], State.FAILED, note=str(error), failure=str(error))
            counts["failed"] += 1
            continue
        if loaded is not None:
            counts["files"] += 1
            counts["rows_loaded"] += loaded[0]
            counts["rows_held"] += loaded[1]
            _clear_work_files(settings.work, row.submission_id)
    return counts


def _load(conn: Connection, work: Path, submission_id: str, dataset: str) -> tuple[int, int] | None:
    """Load one submission; rows loaded and held, or None when another run has loaded it meanwhile."""
    found = conn.execute(
        "select state, rows_accepted from intake.submissions where submission_id = %s for update",
        [submission_id],
    ).fetchone()
    if found is None or found[0] != State.CHECKED:
        return None
    # A build takes the exclusive side before it reads the newest number: none below it may commit later.
    conn.execute("select pg_advisory_xact_lock_shared(hashtext('lumbung.load'))")
    sequence = conn.execute("select nextval('intake.load_seq')").fetchone()
    assert sequence is not None  # noqa: S101 - nextval always returns a row
    load_seq = int(sequence[0])
    folder = work / "checked"
    accepted = _copy_accepted(conn, folder / f"{submission_id}.rows.csv", dataset, load_seq)
    if accepted != found[1]:
        raise _WorkFileError(
            f"{accepted} of {found[1]} accepted rows in the work file; decoded again next night"
        )
    held = _copy_held(conn, folder / f"{submission_id}.held.copy", submission_id)
    transition(conn, [submission_id], State.LOADED, load_seq=load_seq, loaded_at=clock.now())
    return accepted, held


def _copy_accepted(conn: Connection, path: Path, dataset: str, load_seq: int) -> int:
    """Stream the accepted rows into the raw table, each line with the load's number behind it."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise _WorkFileError("the accepted rows are gone; decoded again next night") from None
    with file:
        columns = file.readline().decode().strip().replace('"', "").split(",")
        statement = sql.SQL("copy raw.{} ({}) from stdin with (format csv)").format(
            sql.Identifier(dataset), sql.SQL(", ").join(map(sql.Identifier, [*columns, "load_seq"]))
        )
        # The check leaves no line break within a field, so a line's end is a row's end.
        line_end = f",{load_seq}\n".encode()
        with conn.cursor() as cursor:
            with cursor.copy(statement) as copy:
                while block := file.read(_BLOCK):
                    copy.write(block.replace(b"\n", line_end))
            return cursor.rowcount


def _copy_held(conn: Connection, path: Path, submission_id: str) -> int:
    """Stream the held rows into quarantine, in place of those of an attempt that did not end."""
    conn.execute("delete from intake.held_rows where submission_id = %s", [submission_id])
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise _WorkFileError("the held rows are gone; decoded again next night") from None
    with file, conn.cursor() as cursor:
        with cursor.copy(
            "copy intake.held_rows (submission_id, sheet, row_number, column_number, cells, typed, rule_ids)"
            " from stdin"
        ) as copy:
            while block := file.read(_BLOCK):
                copy.write(block)
        return cursor.rowcount


def _clear_work_files(work: Path, submission_id: str) -> None:
    """Remove what no later stage reads; the landing area keeps the bytes."""
    for folder, suffix in (
        ("checked", ".rows.csv"),
        ("checked", ".held.copy"),
        ("decoded", ".arrow"),
        ("decoded", ".json"),
    ):
        (work / folder / f"{submission_id}{suffix}").unlink(missing_ok=True)
