"""What publication keeps about itself: its lock, the pause, the release numbers."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import psycopg
from psycopg import sql

from lumbung import clock
from lumbung.build.state import BUILD_LOCK
from lumbung.errors import LumbungError

LOCK = "lumbung.publish"
"""Advisory lock of whoever changes marts and history: a publication, a rollback or set-up."""

LOCK_TIMEOUT = "15min"


@dataclass(frozen=True)
class TableChange:
    """Rows of one table: new ones, changed ones, and ones that are no more."""

    inserted: int = 0
    changed: int = 0
    removed: int = 0

    @property
    def rows(self) -> int:
        """All rows that differ from the previous release."""
        return self.inserted + self.changed + self.removed


@dataclass(frozen=True)
class Release:
    """One atomic publication.

    Args:
        release_id: 1, 2, 3, …, without gaps.
        published_at: When it was written.
        business_date: The night it belongs to.
        code_version: Version of the code that made it.
        changed_rows: Rows that differ from the previous release, over all tables.
        kind: ``night``, or ``rollback`` for a release equal to an earlier one.
        equals_release_id: The earlier release that a rollback repeats.
        tables: What changed, by table; empty for a release read back from the warehouse.
    """

    release_id: int
    published_at: datetime
    business_date: date
    code_version: str
    changed_rows: int
    kind: Literal["night", "rollback"] = "night"
    equals_release_id: int | None = None
    reason: str | None = None
    made_by: str | None = None
    tables: dict[str, TableChange] = field(default_factory=dict)


@dataclass(frozen=True)
class Publication:
    """The one row of ``audit.publication``."""

    load_seq_watermark: int
    is_paused: bool
    paused_reason: str | None
    compare_everything: bool


_COLUMNS = (
    "release_id, published_at, business_date, code_version, changed_rows, "
    "kind, equals_release_id, reason, made_by"
)


def lock(connection: psycopg.Connection[Any]) -> None:
    """Wait to be the only one who changes marts and history, until the transaction ends.

    The transaction must be READ COMMITTED: its later statements see what the previous holder committed.

    Raises:
        LumbungError: when another publication does not end.
    """
    _wait_for(connection, "pg_advisory_xact_lock", LOCK)


def hold_work(connection: psycopg.Connection[Any]) -> None:
    """Wait until no build runs and keep the next one from beginning, until the transaction ends.

    Raises:
        LumbungError: when a build does not end.
    """
    _wait_for(connection, "pg_advisory_xact_lock_shared", BUILD_LOCK)


def _wait_for(connection: psycopg.Connection[Any], function: str, name: str) -> None:
    connection.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT)))
    try:
        connection.execute(sql.SQL("select {}(hashtext({}))").format(sql.SQL(function), sql.Literal(name)))
    except psycopg.errors.LockNotAvailable as error:
        raise LumbungError(
            f"Another build or publication has been running for more than {LOCK_TIMEOUT}.",
            "Nothing was published; the current release stays in place.",
            "See `select * from pg_stat_activity`; run again when it ended.",
        ) from error


def publication(connection: psycopg.Connection[Any]) -> Publication:
    """Where publication stands."""
    row = connection.execute(
        "select load_seq_watermark, is_paused, paused_reason, compare_everything from audit.publication"
    ).fetchone()
    assert row is not None, "audit.publication always has its one row"  # noqa: S101
    return Publication(*row)


def refuse_when_paused(state: Publication) -> None:
    """Raise, saying who paused publication and why.

    Raises:
        LumbungError: when publication is paused.
    """
    if state.is_paused:
        raise LumbungError(
            f"Publication is paused: {state.paused_reason}",
            "The current release stays in place; what was loaded and built waits and is lost nowhere.",
            "When the cause is mended: `lumbung resume --by NAME`, then run the night again.",
        )


def current_release(connection: psycopg.Connection[Any]) -> Release | None:
    """The release that readers see, None before the first."""
    row = connection.execute(f"select {_COLUMNS} from marts.release where is_current").fetchone()  # noqa: S608
    return Release(*row) if row else None


def get_release(connection: psycopg.Connection[Any], release_id: int) -> Release | None:
    """One release by its number."""
    row = connection.execute(
        f"select {_COLUMNS} from marts.release where release_id = %s",  # noqa: S608
        [release_id],
    ).fetchone()
    return Release(*row) if row else None


def named_release(connection: psycopg.Connection[Any], release_id: int) -> Release:
    """One release by its number.

    Raises:
        LumbungError: There is none of that number.
    """
    release = get_release(connection, release_id)
    if release is None:
        raise LumbungError(
            f"There is no release {release_id}.",
            "Nothing was changed.",
            "See which there are: `select * from marts.release order by release_id desc`.",
        )
    return release


def next_release_id(connection: psycopg.Connection[Any]) -> int:
    """The number of the next release; without gaps, because it is taken under the lock."""
    row = connection.execute("select coalesce(max(release_id), 0) + 1 from marts.release").fetchone()
    return int(row[0]) if row else 1


def write_release(connection: psycopg.Connection[Any], release: Release) -> None:
    """Write the release row and make it the current one."""
    connection.execute("update marts.release set is_current = false where is_current")
    connection.execute(
        f"insert into marts.release ({_COLUMNS}, is_current) values ({', '.join(['%s'] * 9)}, true)",  # noqa: S608
        [
            release.release_id,
            release.published_at,
            release.business_date,
            release.code_version,
            release.changed_rows,
            release.kind,
            release.equals_release_id,
            release.reason,
            release.made_by,
        ],
    )


def stamp(made_by: str, text: str) -> str:
    """A sentence for ``audit.publication.paused_reason``: what, by whom, when."""
    return f"{text} ({made_by}, {clock.now().astimezone(clock.JAKARTA):%Y-%m-%d %H:%M} WIB)"
