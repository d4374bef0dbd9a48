"""The journal of what people do to judged submissions: who, why, and a number that the next build covers."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from lumbung.errors import LumbungError
from lumbung.intake.states import State

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]


class Kind(StrEnum):
    """What a change did; `loaded` is written by the database itself whenever a submission is loaded."""

    LOADED = "loaded"
    REPLAY = "replay"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    EXPLAINED = "explained"
    TARGETS_LOADED = "targets_loaded"
    TARGETS_WITHDRAWN = "targets_withdrawn"
    TARGET_NOTED = "target_noted"


@dataclass(frozen=True)
class Who:
    """Who makes a change, and why; both are kept for good.

    Raises:
        LumbungError: when either is empty.
    """

    name: str
    reason: str

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.reason.strip():
            raise LumbungError(
                "A change needs a name and a reason.",
                "Nothing was changed.",
                "Say both: --reason '…' --by '…'.",
            )


@dataclass(frozen=True)
class Submitted:
    """What commands need to know of a submission."""

    submission_id: str
    regency_code: str
    dataset: str
    file_name: str
    state: State
    is_loaded: bool
    is_history: bool
    business_date: date


def submitted(conn: "Connection", submission_id: str) -> Submitted:
    """A submission of the ledger, its row locked until the transaction ends.

    Raises:
        LumbungError: when there is none of that number.
    """
    row = conn.execute(
        "select submission_id, regency_code, dataset, file_name, state, load_seq is not null, is_history,"
        " business_date from intake.submissions where submission_id = %s for update",
        [submission_id.strip()],
    ).fetchone()
    if row is None:
        raise LumbungError(
            f"There is no submission {submission_id!r}.",
            "Nothing was changed.",
            "Submission numbers look like 3510-SP-9f2c41d07a; every published row carries its own, and"
            " `select * from marts.fct_submission` lists them.",
        )
    name, regency_code, dataset, file_name, state, *rest = row
    return Submitted(name, regency_code, dataset, file_name, State(state), *rest)


def record(
    conn: "Connection",
    submission_id: str | None,
    kind: Kind,
    who: Who,
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Write a line of the journal within the caller's transaction.

    Args:
        conn: A connection of the ingest role, inside a transaction.
        submission_id: Whose rows or findings change; None for targets and their notes.
        kind: What is done.
        who: By whom and why.
        detail: What else a reader of the journal should know, as plain values.

    Returns:
        Its number, of the sequence that also numbers loads.
    """
    # As loading does: a build looking for the newest number waits for whoever drew one and has not committed.
    conn.execute("select pg_advisory_xact_lock_shared(hashtext('lumbung.load'))")
    row = conn.execute(
        "insert into intake.changes (submission_id, kind, made_by, reason, detail)"
        " values (%s, %s, %s, %s, %s) returning change_seq",
        [submission_id, str(kind), who.name.strip(), who.reason.strip(), json.dumps(detail or {})],
    ).fetchone()
    assert row is not None  # noqa: S101 - an insert returns its row
    return int(row[0])


@contextmanager
def rehearsal(conn: "Connection", is_dry: bool) -> Iterator[None]:
    """One transaction, taken back at its end where it is only to be shown what would happen.

    What a dry run shows is therefore what the change does, not a second account of it.
    """
    with conn.transaction(force_rollback=is_dry):
        yield


def finding_name(name: str) -> tuple[str, int]:
    """Submission and number of a finding named `<submission>/<finding_no>`.

    Raises:
        LumbungError: when the name is of another form.
    """
    submission_id, _, number = name.strip().rpartition("/")
    if not submission_id or not number.isascii() or not number.isdigit() or len(number) > 9:
        raise LumbungError(
            f"{name!r} does not name a finding.",
            "Nothing was changed.",
            "A finding is named by its submission and its number, like 3510-SP-9f2c41d07a/3: see the feedback"
            " workbook, or submission_id and finding_no in marts.fct_finding.",
        )
    return submission_id, int(number)
