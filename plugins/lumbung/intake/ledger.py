"""The ledger: nights, offices, receipts and submissions. States change only through `states.transition`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, LiteralString, Protocol

from lumbung import clock
from lumbung.errors import LumbungError
from lumbung.intake.channels.base import Arrival
from lumbung.intake.landing import Stored, landing_path
from lumbung.intake.states import FIRST, State

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

_NAME_LENGTH = 255
_SHA_DIGITS = 10


class Office(Protocol):
    """What the ledger keeps of an office; `lumbung.reference.Office` has it."""

    @property
    def regency_code(self) -> str:
        """BPS code."""

    @property
    def name(self) -> str:
        """Name, in Indonesian."""

    @property
    def channel(self) -> str:
        """Name of the channel by which its files come."""

    @property
    def connection_id(self) -> str | None:
        """Name of the channel's connection; None where it needs none."""

    @property
    def is_obliged(self) -> bool:
        """Whether it must report."""


@dataclass(frozen=True)
class Receipt:
    """What handing in a file came to.

    Attributes:
        submission_id: The receipt number; the same bytes of an office always get the same.
        is_repeat: The bytes were there before this was handed in.
        version: How many different files of that name the office has handed in for the dataset.
    """

    submission_id: str
    is_repeat: bool
    version: int


@dataclass(frozen=True)
class SubmissionRow:
    """A submission as a stage takes it up."""

    submission_id: str
    regency_code: str
    dataset: str
    file_name: str
    version: int
    sha256: str
    size_bytes: int
    is_history: bool
    business_date: date
    arrived_at: datetime
    received_at: datetime
    state: State

    @property
    def landing_path(self) -> str:
        """Where its bytes lie, below the landing area."""
        return landing_path(self.dataset, self.regency_code, self.sha256)


def begin_night(
    conn: "Connection", business_date: date, inbox: Path | str | None, run_id: str, is_history: bool
) -> int:
    """Open a night, or find the one that this run has opened before.

    Args:
        conn: A connection of the ingest role.
        business_date: The night's business date.
        inbox: Where its files come from.
        run_id: The run's name with the scheduler; a run that is repeated has the same.
        is_history: Whether it loads history, exempt from due dates.

    Returns:
        The night's number.
    """
    with conn.transaction():
        row = conn.execute(
            "insert into audit.nights (business_date, inbox, run_id, is_history) values (%s, %s, %s, %s)"
            " on conflict (run_id) do update set finished_at = null, outcome = null returning night_id",
            [business_date, None if inbox is None else str(inbox), run_id, is_history],
        ).fetchone()
    assert row is not None  # noqa: S101 - an upsert returns its row
    return int(row[0])


def finish_night(conn: "Connection", night_id: int, outcome: str) -> None:
    """Close a night: `published`, `nothing_new` or `failed`."""
    with conn.transaction():
        conn.execute(
            "update audit.nights set finished_at = clock_timestamp(), outcome = %s where night_id = %s",
            [outcome, night_id],
        )


def sync_offices(conn: "Connection", offices: Iterable[Office]) -> None:
    """Copy the offices of the seed into the ledger; rows that are the same already are not touched."""
    rows = [
        (item.regency_code, item.name, item.channel, item.connection_id, item.is_obliged) for item in offices
    ]
    with conn.transaction():
        conn.execute(
            "insert into intake.offices as o (regency_code, office_name, channel, connection_id, is_obliged)"
            " select * from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::boolean[])"
            " on conflict (regency_code) do update"
            " set office_name = excluded.office_name, channel = excluded.channel,"
            "  connection_id = excluded.connection_id, is_obliged = excluded.is_obliged"
            " where (o.office_name, o.channel, o.connection_id, o.is_obliged) is distinct from"
            "  (excluded.office_name, excluded.channel, excluded.connection_id, excluded.is_obliged)",
            [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], [], [], []],
        )


def register(
    conn: "Connection",
    night_id: int,
    office: str,
    stored: Stored,
    arrival: Arrival,
    business_date: date,
    is_history: bool,
    short_code: str,
    channel: str = "folder",
) -> Receipt:
    """Write the receipt of a file and, when its bytes are new, the submission; one transaction.

    Registering the same handing-in again in the same night, as a repeated task does, changes nothing and
    answers as the first time.

    Args:
        conn: A connection of the ingest role.
        night_id: The night that collects it.
        office: The office's BPS code.
        stored: Its bytes in the landing area.
        arrival: How it came.
        business_date: The night's business date; a file counts as arrived by the start of its night at the
            latest, so that a night run late does not make files late.
        is_history: Whether the night loads history.
        short_code: The dataset's two letters.
        channel: The channel by which it came.

    Raises:
        LumbungError: Two files of the office have receipt numbers that do not differ.
    """
    source_name = _storable(arrival.source_name)
    arrived_at = min(arrival.arrived_at, clock.night_instant(business_date))
    with conn.transaction():
        # Versions are counted, so two collections of one office must not count at the same time.
        conn.execute("select pg_advisory_xact_lock(hashtext('lumbung.intake'), hashtext(%s))", [office])
        known = conn.execute(
            "select submission_id, version from intake.submissions"
            " where regency_code = %s and dataset = %s and sha256 = %s",
            [office, arrival.dataset, stored.sha256],
        ).fetchone()
        if known is None:
            submission_id = f"{office}-{short_code}-{stored.sha256[:_SHA_DIGITS]}"
            version = _insert_submission(
                conn, submission_id, night_id, office, stored, arrival.dataset, source_name, arrived_at,
                business_date, is_history, channel,
            )  # fmt: skip
        else:
            submission_id, version = known
        is_repeat = _insert_receipt(
            conn, submission_id, night_id, source_name, channel, arrived_at, is_repeat=known is not None
        )
    return Receipt(submission_id, is_repeat, version)


def _insert_submission(
    conn: "Connection",
    submission_id: str,
    night_id: int,
    office: str,
    stored: Stored,
    dataset: str,
    source_name: str,
    arrived_at: datetime,
    business_date: date,
    is_history: bool,
    channel: str,
) -> int:
    """Insert a submission as the next version of its stem; the version."""
    stem = file_stem(source_name)
    previous = conn.execute(
        "select submission_id, version from intake.submissions"
        " where regency_code = %s and dataset = %s and file_stem = %s order by version desc limit 1",
        [office, dataset, stem],
    ).fetchone()
    version = previous[1] + 1 if previous else 1
    inserted = conn.execute(
        "insert into intake.submissions (submission_id, regency_code, dataset, file_name, file_stem, version,"
        " sha256, size_bytes, channel, is_history, business_date, night_id, arrived_at, state, supersedes_id)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (submission_id) do nothing",
        [
            submission_id, office, dataset, source_name, stem, version, stored.sha256, stored.size, channel,
            is_history, business_date, night_id, arrived_at, str(FIRST), previous[0] if previous else None,
        ],
    )  # fmt: skip
    if not inserted.rowcount:
        raise LumbungError(
            f"Another file already has the receipt number {submission_id}.",
            "Receipt numbers carry the first digits of the content's hash, and two contents share them.",
            f"Ask {office} to save the file once more, which changes its bytes, and to hand it in again.",
        )
    conn.execute(
        "insert into intake.submission_states (submission_id, state) values (%s, %s)",
        [submission_id, str(FIRST)],
    )
    return version


def _insert_receipt(
    conn: "Connection",
    submission_id: str,
    night_id: int,
    source_name: str,
    channel: str,
    arrived_at: datetime,
    *,
    is_repeat: bool,
) -> bool:
    """Note a handing-in unless this night has noted it; whether it was a repeat when it was noted."""
    noted = conn.execute(
        "select is_repeat from intake.receipts"
        " where submission_id = %s and night_id = %s and source_name = %s",
        [submission_id, night_id, source_name],
    ).fetchone()
    if noted is not None:
        return bool(noted[0])
    conn.execute(
        "insert into intake.receipts (submission_id, night_id, source_name, channel, arrived_at, is_repeat)"
        " values (%s, %s, %s, %s, %s, %s)",
        [submission_id, night_id, source_name, channel, arrived_at, is_repeat],
    )
    return is_repeat


def file_stem(file_name: str) -> str:
    """What makes two files versions of one another: the name without extension, case and spare blanks."""
    return " ".join(PurePath(file_name).stem.casefold().split()) or file_name


def _storable(name: str) -> str:
    """A file's name as text that a database and a screen can take."""
    readable = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(character if character.isprintable() else "�" for character in readable)[:_NAME_LENGTH]


def pending(conn: "Connection", states: Sequence[State], dataset: str | None = None) -> list[SubmissionRow]:
    """The submissions in these states, in the order in which they were received."""
    return _rows(
        conn,
        "state = any(%s) and (%s::text is null or dataset = %s)",
        [[str(state) for state in states], dataset, dataset],
    )


def find(conn: "Connection", submission_ids: Sequence[str]) -> list[SubmissionRow]:
    """The submissions with these numbers, in the order in which they were received."""
    return _rows(conn, "submission_id = any(%s)", [list(submission_ids)])


def _rows(conn: "Connection", condition: LiteralString, values: list[Any]) -> list[SubmissionRow]:
    from psycopg import sql

    names = [item.name for item in fields(SubmissionRow)]
    statement = sql.SQL(
        "select {} from intake.submissions where {} order by received_at, submission_id"
    ).format(sql.SQL(", ").join(map(sql.Identifier, names)), sql.SQL(condition))
    rows = conn.execute(statement, values).fetchall()
    found = [dict(zip(names, row, strict=True)) for row in rows]
    return [SubmissionRow(**(row | {"state": State(row["state"])})) for row in found]


def record_stage(
    conn: "Connection",
    night_id: int,
    stage: str,
    item: str,
    started_at: datetime,
    seconds: float,
    counts: Mapping[str, Any],
    failure: str | None,
) -> None:
    """Note how a stage went; called before a failure is raised, so that it is not lost with it.

    Args:
        conn: A connection of a role that may insert into `audit.stage_timings`.
        night_id: The night.
        stage: The stage's name.
        item: The part of it, such as an office in collect; '' for the whole.
        started_at: When it began.
        seconds: How long it took.
        counts: What it handled, as plain values.
        failure: Why it failed, None when it did not.
    """
    with conn.transaction():
        conn.execute(
            "insert into audit.stage_timings (night_id, stage, item, started_at, seconds, counts, failure)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            [night_id, stage, item, started_at, seconds, json.dumps(counts, default=str), failure],
        )
