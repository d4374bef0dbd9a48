"""The one place that reads the clock, and the business calendar of East Java."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")
NIGHT_STARTS_AT = time(20, 0)
"""Hour of the nightly run, Asia/Jakarta; the schedule in dags/nightly.py says the same."""


def now() -> datetime:
    """The present instant, timezone-aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The present business date: the calendar day in Asia/Jakarta."""
    return now().astimezone(JAKARTA).date()


def night_instant(business_date: date) -> datetime:
    """The instant at which the night of a business date begins: 20:00 Asia/Jakarta."""
    return datetime.combine(business_date, NIGHT_STARTS_AT, tzinfo=JAKARTA)
