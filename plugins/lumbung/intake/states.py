"""Where a submission's processing is, what was judged, and the one function that may change the state."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from lumbung.errors import LumbungError

if TYPE_CHECKING:
    import psycopg


class State(StrEnum):
    """Where processing is; says nothing about how good a file is."""

    RECEIVED = "received"
    DECODED = "decoded"
    CHECKED = "checked"
    LOADED = "loaded"
    REPORTED = "reported"
    FAILED = "failed"


class Verdict(StrEnum):
    """What the check judged; says nothing about where processing is."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_NOTES = "accepted_with_notes"
    PARTIALLY_ACCEPTED = "partially_accepted"
    REJECTED = "rejected"


FIRST = State.RECEIVED
"""The state in which the ledger writes a submission."""

ALLOWED: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.DECODED, State.FAILED}),
    State.DECODED: frozenset({State.CHECKED, State.FAILED}),
    State.CHECKED: frozenset({State.LOADED, State.FAILED}),
    State.LOADED: frozenset({State.REPORTED, State.FAILED}),
    State.REPORTED: frozenset({State.RECEIVED}),
    State.FAILED: frozenset({State.RECEIVED}),
}
"""From each state, the states that may follow. A failed submission is tried again from the beginning; a
reported one begins again only where a person says why (`lumbung replay`)."""

_COLUMNS = frozenset(
    {
        "verdict",
        "rows_total",
        "rows_blank",
        "rows_accepted",
        "rows_held",
        "galat_count",
        "konfirmasi_count",
        "period_first_on",
        "period_last_on",
        "load_seq",
        "loaded_at",
        "failure",
    }
)
"""What a stage may write together with the state."""
_NAMED = 5


def transition(
    conn: "psycopg.Connection[Any]",
    submission_ids: str | Sequence[str],
    to: State,
    note: str | None = None,
    *,
    replay_reason: str | None = None,
    **columns: Any,
) -> None:
    """Bring submissions into a state, all of them or none; every change is remembered.

    Part of the caller's transaction where there is one, else a transaction of its own. The failure noted at a
    submission is cleared when it is tried again.

    Args:
        conn: A connection of a role that may update the ledger.
        submission_ids: One receipt number or many.
        to: The state.
        note: A remark for the history; for `failed` also the failure, unless `failure` is given.
        replay_reason: Why reported submissions begin again. With it only they may be changed, and only to
            `received`; without it they stay as they are.
        **columns: Columns of `intake.submissions` to write with it, the same values for all.

    Raises:
        LumbungError: One of them may not go there from where it is, or is not in the ledger.
        TypeError: A column is not one that a change of state may write.
    """
    ids = sorted({submission_ids} if isinstance(submission_ids, str) else set(submission_ids))
    unknown = columns.keys() - _COLUMNS
    if unknown:
        raise TypeError(f"a change of state does not write {', '.join(sorted(unknown))}")
    if not ids:
        return
    if to is State.FAILED:
        columns.setdefault("failure", note)
    elif to is FIRST:
        columns.setdefault("failure", None)
    if replay_reason is not None and (to is not FIRST or not replay_reason.strip()):
        raise TypeError(f"a replay leads to {FIRST} and has a reason")
    from_states = [
        str(state)
        for state, followers in ALLOWED.items()
        if to in followers and (replay_reason is not None) == (state is State.REPORTED and to is FIRST)
    ]
    note = replay_reason if note is None else note
    with conn.transaction():
        changed = _change(conn, ids, to, note, columns, from_states)
        if len(changed) < len(ids):
            raise _refused(conn, sorted(set(ids) - changed), to, from_states)


def _change(
    conn: "psycopg.Connection[Any]",
    ids: list[str],
    to: State,
    note: str | None,
    columns: dict[str, Any],
    from_states: list[str],
) -> set[str]:
    """Change those that may be changed, remember it, and say which they were; one statement."""
    from psycopg import sql

    assignments = sql.SQL(", ").join(
        sql.SQL("{} = %s").format(sql.Identifier(name)) for name in ("state", *columns)
    )
    statement = sql.SQL(
        "with changed as ("
        " update intake.submissions set {}"
        " where submission_id = any(%s) and state = any(%s) returning submission_id)"
        " insert into intake.submission_states (submission_id, state, note)"
        " select submission_id, %s, %s from changed returning submission_id"
    ).format(assignments)
    values = [str(to), *(str(value) if isinstance(value, StrEnum) else value for value in columns.values())]
    return {row[0] for row in conn.execute(statement, [*values, ids, from_states, str(to), note])}


def _refused(
    conn: "psycopg.Connection[Any]", ids: list[str], to: State, from_states: list[str]
) -> LumbungError:
    found = conn.execute(
        "select submission_id, state from intake.submissions where submission_id = any(%s)", [ids]
    )
    states = dict(found.fetchall())
    named = ", ".join(f"{name} ({states.get(name, 'not in the ledger')})" for name in ids[:_NAMED])
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return LumbungError(
        f"A submission may become {to} only from {' or '.join(from_states)}: {named}{more}.",
        "Two runs work on the same submissions, or a step was left out. Nothing was changed.",
        "Wait for the other run to end and run this step again; it takes up what is left.",
    )
