"""How collecting from an office ended, and what its channel is remembered to have given already."""

from typing import TYPE_CHECKING, Any, Protocol

from lumbung.errors import LumbungError
from lumbung.intake.channels.base import ChannelError, Whose

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]


class Collected(Protocol):
    """What collecting came to; `lumbung.intake.collect.CollectResult` has it."""

    received: int
    repeated: int
    warnings: list[str]


def record(
    conn: "Connection",
    night_id: int,
    regency_code: str,
    channel: str,
    collected: Collected,
    problem: LumbungError | None,
    seconds: float,
) -> None:
    """Note how an office's collection ended; a later attempt of the same night takes the line over.

    Args:
        conn: A connection of the ingest role, outside a transaction.
        night_id: The night.
        regency_code: The office's BPS code.
        channel: The channel's name.
        collected: What was taken, also before a failure.
        problem: Why it failed; None = it did not. What is no `ChannelError` is ours.
        seconds: How long it took.
    """
    outcome = "ok"
    if problem is not None:
        outcome = str(problem.whose if isinstance(problem, ChannelError) else Whose.OURS)
    with conn.transaction():
        conn.execute(
            """
            insert into intake.channel_outcomes as o
                (night_id, regency_code, channel, outcome, received, repeated, notices, problem, remedy,
                 seconds)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            on conflict (night_id, regency_code) do update set
                channel = excluded.channel, outcome = excluded.outcome,
                -- What an earlier attempt received, a later one does not receive again.
                received = o.received + excluded.received, repeated = excluded.repeated,
                notices = excluded.notices, problem = excluded.problem, remedy = excluded.remedy,
                seconds = excluded.seconds, recorded_at = clock_timestamp()
            """,
            [
                night_id,
                regency_code,
                channel,
                outcome,
                collected.received,
                collected.repeated,
                collected.warnings,
                problem.what if problem else None,
                problem.remedy if problem else None,
                seconds,
            ],
        )


def remembered(conn: "Connection", regency_code: str, channel: str) -> dict[str, str]:
    """Marks of what was taken before, by the item's name at the channel."""
    with conn.transaction():
        rows = conn.execute(
            "select item, mark from intake.channel_items where regency_code = %s and channel = %s",
            [regency_code, channel],
        ).fetchall()
    return dict(rows)


def remember(conn: "Connection", regency_code: str, channel: str, item: str, mark: str) -> None:
    """Note an item as taken, in the state that the mark tells."""
    with conn.transaction():
        conn.execute(
            "insert into intake.channel_items (regency_code, channel, item, mark) values (%s, %s, %s, %s)"
            " on conflict (regency_code, channel, item) do update"
            " set mark = excluded.mark, taken_at = clock_timestamp()",
            [regency_code, channel, item, mark],
        )
