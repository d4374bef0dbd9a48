"""Unlocking closed periods: who let an office change what it reported, why, and until when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from lumbung.contracts.model import Contract
from lumbung.errors import LumbungError
from lumbung.intake import counted
from lumbung.intake.changes import Who

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Unlock:
    """One unlock.

    Attributes:
        unlock_id: Its number.
        regency_code: The office.
        dataset: The dataset.
        period_from: First day of the periods that may be changed; a period counts by its first day.
        period_to: Last day likewise.
        valid_until: Last business date on which a night honours it.
        made_by: Who unlocked.
        reason: Why.
        made_at: When.
        revoked_by: Who ended it early, None while it stands.
    """

    unlock_id: int
    regency_code: str
    dataset: str
    period_from: date
    period_to: date
    valid_until: date
    made_by: str
    reason: str
    made_at: datetime
    revoked_by: str | None


_COLUMNS = (
    "unlock_id, regency_code, dataset, period_from, period_to, valid_until, made_by, reason, made_at,"
    " revoked_by"
)


def unlock(
    conn: "Connection",
    regency_code: str,
    dataset: str,
    period_from: date,
    period_to: date,
    valid_until: date,
    who: Who,
) -> Unlock:
    """Let an office change locked periods until a date.

    Raises:
        LumbungError: when the periods run backwards.
    """
    if period_to < period_from:
        raise LumbungError(
            f"The periods from {period_from} to {period_to} run backwards.",
            "Nothing was unlocked.",
            "Exchange --from and --to.",
        )
    with conn.transaction():
        row = conn.execute(
            "insert into intake.unlocks (regency_code, dataset, period_from, period_to, valid_until, made_by,"  # noqa: S608
            " reason) values (%s, %s, %s, %s, %s, %s, %s) returning " + _COLUMNS,
            [
                regency_code,
                dataset,
                period_from,
                period_to,
                valid_until,
                who.name.strip(),
                who.reason.strip(),
            ],
        ).fetchone()
    assert row is not None  # noqa: S101 - an insert returns its row
    return Unlock(*row)


def revoke(conn: "Connection", unlock_id: int, who: Who) -> Unlock:
    """End an unlock; what was changed under it stays.

    Raises:
        LumbungError: when there is none of that number, or it ended before.
    """
    with conn.transaction():
        row = conn.execute(
            "update intake.unlocks set revoked_by = %s, revoked_reason = %s, revoked_at = clock_timestamp()"  # noqa: S608
            " where unlock_id = %s and revoked_at is null returning " + _COLUMNS,
            [who.name.strip(), who.reason.strip(), unlock_id],
        ).fetchone()
    if row is None:
        raise LumbungError(
            f"There is no unlock {unlock_id} that could be revoked.",
            "Nothing was changed.",
            "`lumbung unlock --list` shows those in force.",
        )
    return Unlock(*row)


def in_force(conn: "Connection", business_date: date) -> list[Unlock]:
    """The unlocks that a night of a business date honours, the newest first."""
    rows = conn.execute(
        f"select {_COLUMNS} from intake.unlocks where revoked_at is null and valid_until >= %s"  # noqa: S608
        " order by unlock_id desc",
        [business_date],
    ).fetchall()
    return [Unlock(*row) for row in rows]


def reported(
    conn: "Connection", contract: Contract, regency_code: str, period_from: date, period_to: date
) -> int:
    """How many values of an office count now in the periods that begin within these days."""
    from psycopg import sql

    period = contract.period_column
    row = conn.execute(
        sql.SQL(
            "select count(*) from (select distinct {} from raw.{} as r {}"
            " where s.regency_code = %s and {} between %s and %s and {}) as counted"
        ).format(
            sql.SQL(", ").join(sql.Identifier("r", name) for name in counted.key_columns(contract)),
            sql.Identifier(contract.dataset),
            sql.SQL(counted.ROWS),
            sql.Identifier("r", period),
            sql.SQL(counted.NOT_WITHDRAWN),
        ),
        [regency_code, period_from, period_to],
    ).fetchone()
    return int(row[0]) if row else 0
