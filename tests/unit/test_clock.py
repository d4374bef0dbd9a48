"""The clock of East Java, and that nobody else reads one."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from lumbung import clock

LIBRARY = Path(clock.__file__).parent
READINGS = re.compile(r"\b(?:datetime\.(?:now|utcnow|today)|date\.today|time\.time)\(")


def test_now_is_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 7, 28, 16, 59, 59, tzinfo=UTC), date(2026, 7, 28)),
        (datetime(2026, 7, 28, 17, 0, 0, tzinfo=UTC), date(2026, 7, 29)),
        (datetime(2026, 12, 31, 17, 0, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_business_day_changes_at_midnight_in_jakarta(
    instant: datetime, day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: instant)
    assert clock.today() == day


def test_the_night_begins_at_20_in_jakarta() -> None:
    instant = clock.night_instant(date(2026, 7, 28))
    assert instant == datetime(2026, 7, 28, 13, 0, tzinfo=UTC)
    assert (instant.hour, str(instant.tzinfo)) == (20, "Asia/Jakarta")


def test_the_schedule_says_the_same_hour() -> None:
    text = (LIBRARY.parents[1] / "dags" / "nightly.py").read_text()
    begins = clock.NIGHT_STARTS_AT
    assert f'jakarta_cron("{begins.minute} {begins.hour} * * *")' in text


def test_one_place_reads_the_clock() -> None:
    readers = {
        path.relative_to(LIBRARY).as_posix()
        for path in LIBRARY.rglob("*.py")
        if READINGS.search(path.read_text())
    }
    assert readers == {"clock.py"}
