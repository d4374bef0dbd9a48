"""When DAGs run: cron on the clock of East Java, unless this Airflow is up for one triggered run only."""

import os

from airflow.sdk import CronTriggerTimetable

SCHEDULE_SWITCH = "LUMBUNG_SCHEDULE"


def jakarta_cron(expression: str) -> CronTriggerTimetable | None:
    """A cron timetable in Asia/Jakarta, or none where ``LUMBUNG_SCHEDULE=off``.

    Airflow starts the latest missed run as soon as it comes up. That is wanted in production, and not where
    Airflow is started for a run of its own or on a warehouse that holds the sample.
    """
    if os.environ.get(SCHEDULE_SWITCH) == "off":
        return None
    return CronTriggerTimetable(expression, timezone="Asia/Jakarta")
