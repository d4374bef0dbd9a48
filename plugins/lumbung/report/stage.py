"""The last stage of a night: the pages of the current release, loaded submissions reported and answered."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lumbung.settings import Role, Settings

if TYPE_CHECKING:
    from lumbung.contracts.model import Contract
    from lumbung.feedback.delivery import ReceiverOf


def report(settings: Settings, night_id: int) -> Path:
    """Write the pages of the current release and mark what it covers as reported.

    A submission is covered when the release holds it; running it again changes nothing.

    Args:
        settings: The installation.
        night_id: The night that reports, named in the submissions' history.

    Returns:
        The first page.
    """
    from lumbung.intake.states import State, transition
    from lumbung.reference import Reference
    from lumbung.report.figures import read_figures
    from lumbung.report.site.build import write_site
    from lumbung.warehouse.connection import connect

    band_pct = Reference.load(settings).parameters["map_band_pct"]
    with connect(Role.READER, settings) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        figures = read_figures(connection)
    page = write_site(figures, settings.pages, band_pct).first
    with connect(Role.PUBLISH, settings) as connection:
        covered = connection.execute(_COVERED, [figures.release.release_id if figures else 0]).fetchall()
        if covered:
            transition(connection, [row[0] for row in covered], State.REPORTED, note=f"night {night_id}")
    return page


def answer(
    settings: Settings,
    night_id: int,
    contracts: "Mapping[str, Contract]",
    receiver_of: "ReceiverOf | None" = None,
) -> dict[str, int]:
    """Make the answers to the offices, and deliver those that wait where a channel can receive them.

    Args:
        settings: The installation.
        night_id: The night that reports.
        contracts: By dataset.
        receiver_of: Gives the receiving channel of an office; None = answers stay in the outbox.

    Returns:
        Counts for the night's record.

    Raises:
        OSError: The outbox could not be written.
    """
    from lumbung.feedback.delivery import deliver
    from lumbung.feedback.outbox import answer_night
    from lumbung.reference import Reference
    from lumbung.warehouse.connection import connect

    with connect(Role.INGEST, settings) as connection:
        counts = answer_night(connection, settings, contracts, Reference.load(settings), night_id)
        if receiver_of is not None:
            counts |= deliver(connection, settings, receiver_of)
    return counts


_COVERED = """
select submissions.submission_id
from intake.submissions
inner join marts.fct_submission using (submission_id)
where submissions.state = 'loaded' and fct_submission.release_from <= %s  -- what the pages were made of
order by submissions.submission_id
"""
