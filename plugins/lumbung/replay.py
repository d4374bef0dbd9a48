"""Loading submissions again under today's contracts: shown, then ordered, then done by the stages of a night.

What is ordered keeps its old rows until its new ones are loaded; the raw rows of both stay.
`intake/replays.py` says which submissions may be loaded again.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from lumbung.errors import LumbungError
from lumbung.night import Night
from lumbung.settings import Role, Settings

if TYPE_CHECKING:
    from lumbung.check.trial import Trial
    from lumbung.intake.changes import Who
    from lumbung.intake.replays import Selection


def rehearse(settings: Settings, selection: Selection) -> list[Trial]:
    """What loading submissions again would come to, judged on the business date of the latest night.

    Raises:
        LumbungError: when the selection is empty, or landed bytes are gone.
    """
    from lumbung.check.trial import try_again
    from lumbung.contracts.load import load_contracts
    from lumbung.intake import replays
    from lumbung.reference import Reference
    from lumbung.warehouse.connection import connect

    with connect(Role.INGEST, settings) as connection:
        submission_ids = replays.select(connection, selection)
        business_date, _ = _latest_night(connection)
        contracts = load_contracts(settings.expectations)
        reference = Reference.load(settings)
        return try_again(connection, settings, contracts, reference, submission_ids, business_date)


def order(settings: Settings, selection: Selection, who: Who) -> list[str]:
    """Mark submissions to be loaded again by the next night or replay run.

    Returns:
        Their numbers.

    Raises:
        LumbungError: when the selection is empty, names what is still under way, or landed bytes are gone.
    """
    from lumbung.check.trial import refuse_without_bytes
    from lumbung.intake import ledger, replays
    from lumbung.warehouse.connection import connect

    with connect(Role.INGEST, settings) as connection:
        submission_ids = replays.select(connection, selection)
        refuse_without_bytes(settings, ledger.find(connection, submission_ids))
        replays.order(connection, submission_ids, who)
    return submission_ids


def open_run(settings: Settings, run_id: str) -> Night:
    """Begin a night that collects nothing: its stages take up what is pending.

    It has the business date of the latest night, so that nothing is judged late or awaited because of it, and
    that night's kind of name: by the names of its nights a warehouse knows whether it holds the sample.
    """
    from lumbung.intake import ledger
    from lumbung.warehouse.connection import connect

    with connect(Role.INGEST, settings) as connection:
        business_date, latest = _latest_night(connection)
        kind = latest.split("__", 1)[0].removesuffix("-replay")
        night_id = ledger.begin_night(
            connection, business_date, None, f"{kind}-replay__{run_id}", is_history=False
        )
    return Night(night_id, business_date, inbox="", short_codes={})


def _latest_night(connection: Any) -> tuple[date, str]:
    row = connection.execute(
        "select business_date, run_id from audit.nights order by night_id desc limit 1"
    ).fetchone()
    if row is None:
        raise LumbungError(
            "There has been no night yet.",
            "Nothing can be loaded again.",
            "Run `make nightly` first.",
        )
    return row[0], row[1]


def told(trials: list[Trial]) -> list[str]:
    """A trial as lines for a log or a terminal; values of rows are not among them."""
    lines = []
    for trial in trials:
        lines.append(
            f"{trial.submission_id}: {trial.verdict_before or 'no verdict'} -> {trial.verdict_after},"
            f" accepted rows {trial.rows_before:,} -> {trial.rows_after:,}"
            + ("" if trial.is_different else " (no difference)")
        )
        for word, count, places in (
            ("gained", trial.gained_count, trial.gained),
            ("lost", trial.lost_count, trial.lost),
            ("changed", trial.changed_count, trial.changed),
        ):
            if count:
                lines.append(f"  {word} {count:,}: {_places(places, count)}")
        lines += [f"  rule {rule}: {then:,} -> {now:,} findings" for rule, (then, now) in trial.rules.items()]
    return lines


def _places(places: tuple[tuple[str, int, int], ...], count: int) -> str:
    named = [
        (f"{sheet} " if sheet else "") + f"row {row}" + (f" column {column}" if column else "")
        for sheet, row, column in places
    ]
    return ", ".join(named) + (", …" if count > len(named) else "")
