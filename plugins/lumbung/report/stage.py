"""The last stage of a night: the page of the current release, and the loaded submissions reported."""

from pathlib import Path

from lumbung.settings import Role, Settings


def report(settings: Settings, night_id: int) -> Path:
    """Write the page of the current release and mark what it covers as reported.

    A submission is covered when the release holds it; running it again changes nothing.

    Args:
        settings: The installation.
        night_id: The night that reports, named in the submissions' history.

    Returns:
        The page.
    """
    from lumbung.intake.states import State, transition
    from lumbung.reference import Reference
    from lumbung.report.ringkasan import write_page
    from lumbung.report.summary import load_summary
    from lumbung.warehouse.connection import connect

    band_pct = Reference.load(settings).parameters["map_band_pct"]
    with connect(Role.PUBLISH, settings) as connection:
        connection.execute("set transaction isolation level repeatable read")
        page = write_page(load_summary(connection), settings.pages, band_pct)
        covered = connection.execute(_COVERED).fetchall()
        if covered:
            transition(connection, [row[0] for row in covered], State.REPORTED, note=f"night {night_id}")
    return page


_COVERED = """
select submissions.submission_id
from intake.submissions
inner join marts.fct_submission using (submission_id)
where submissions.state = 'loaded'
order by submissions.submission_id
"""
