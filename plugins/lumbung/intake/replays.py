"""Loading submissions again: which may be, and marking them for the next run of the stages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from lumbung.errors import LumbungError
from lumbung.intake import changes
from lumbung.intake.changes import Kind, Who
from lumbung.intake.states import FIRST, State, transition

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

_NAMED = 5


@dataclass(frozen=True)
class Selection:
    """Which submissions to load again: those named, or those of a dataset, office and period.

    Attributes:
        submission_ids: Receipt numbers; where any are given the rest is not asked.
        dataset: Only of this dataset.
        regency_code: Only of this office.
        period_from: Only with rows on or after this day; files without a readable day go by
            their night's date.
        period_to: Only with rows on or before this day.
    """

    submission_ids: tuple[str, ...] = ()
    dataset: str | None = None
    regency_code: str | None = None
    period_from: date | None = None
    period_to: date | None = None


def select(conn: "Connection", selection: Selection) -> list[str]:
    """The submissions that a selection means and that may be loaded again, in order of receipt.

    Those that are marked already are passed over, so that a repeated order changes nothing.

    Raises:
        LumbungError: when nothing is selected, or a submission that is named is unknown or still under way.
    """
    if not selection.submission_ids and not any(
        (selection.dataset, selection.regency_code, selection.period_from, selection.period_to)
    ):
        raise LumbungError(
            "Nothing says which submissions to load again.",
            "Nothing was changed.",
            "Name submissions, or a dataset, office or period (--dataset, --office, --from, --to).",
        )
    if selection.submission_ids:
        return _named(conn, selection.submission_ids)
    rows = conn.execute(
        "select submission_id, state from intake.submissions"
        " where (state = 'reported' or state = 'received' and load_seq is not null)"
        " and coalesce(dataset = %(dataset)s, true) and coalesce(regency_code = %(office)s, true)"
        " and coalesce(coalesce(period_last_on, business_date) >= %(from)s, true)"
        " and coalesce(coalesce(period_first_on, business_date) <= %(to)s, true)"
        " order by received_at, submission_id",
        {
            "dataset": selection.dataset,
            "office": selection.regency_code,
            "from": selection.period_from,
            "to": selection.period_to,
        },
    ).fetchall()
    if not rows:
        raise LumbungError(
            "No reported submission fits.",
            "There is nothing to load again. Nothing was changed.",
            "Look in marts.fct_submission; what is still under way is loaded by the next night anyway.",
        )
    return [name for name, state in rows if state == State.REPORTED]


def order(conn: "Connection", submission_ids: Sequence[str], who: Who) -> None:
    """Mark submissions to be decoded, checked and loaded again; until they are, their old rows count.

    Raises:
        LumbungError: when one of them is not reported (any more); nothing is changed then.
    """
    with conn.transaction():
        transition(
            conn, submission_ids, FIRST, f"replay by {who.name}: {who.reason}", replay_reason=who.reason
        )
        for submission_id in sorted(set(submission_ids)):
            changes.record(conn, submission_id, Kind.REPLAY, who)


def _named(conn: "Connection", submission_ids: Sequence[str]) -> list[str]:
    rows = conn.execute(
        "select submission_id,"
        " case when state = 'received' and load_seq is not null then 'marked' else state end"
        " from intake.submissions where submission_id = any(%s) order by received_at, submission_id",
        [list(submission_ids)],
    ).fetchall()
    states = dict(rows)
    wrong = [
        f"{name} ({states.get(name, 'not in the ledger')})"
        for name in dict.fromkeys(submission_ids)
        if states.get(name) not in (State.REPORTED, "marked")
    ]
    if wrong:
        raise LumbungError(
            f"Only reported submissions can be loaded again: {', '.join(wrong[:_NAMED])}"
            + (f" and {len(wrong) - _NAMED} more." if len(wrong) > _NAMED else "."),
            "Those that are under way are taken up by the next night anyway. Nothing was changed.",
            "Leave them out, or wait for the night.",
        )
    return [name for name, state in rows if state == State.REPORTED]
