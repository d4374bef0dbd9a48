"""The callables of the DAGs: take the run's parameters, call a stage of the night, hand its counts on.

Only identifiers, dates and counts pass through XCom; no content of a file ever does.
"""

import logging
import os
import time
from datetime import date
from pathlib import Path
from typing import Any

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException

from lumbung import night as stages
from lumbung.airflow.channels import FOLDER, channel_of
from lumbung.clock import JAKARTA
from lumbung.errors import LumbungError
from lumbung.intake.channels.base import ChannelError, Whose
from lumbung.settings import Settings

log = logging.getLogger(__name__)
_SOON_SECONDS = 30.0
"""A line that failed sooner than this is tried once more; an office that used its time up is not."""


def open_night() -> list[dict[str, str | None]]:
    """Open the night of this run and return the offices to collect from; the night is pushed as ``night``."""
    context: Any = get_current_context()
    run, params = context["dag_run"], context["params"]
    settings = Settings.load()
    inbox = params["inbox"] or os.environ.get("LUMBUNG_INBOX") or str(settings.home / "inbox")
    business_date = _business_date(params["business_date"], run)
    night, offices = stages.open_night(settings, business_date, inbox, run.run_id)
    context["ti"].xcom_push("night", night.as_dict())
    if params["inbox"]:  # a folder named for this run stands in for every office's own channel
        offices = [office | {"channel": FOLDER, "connection_id": None} for office in offices]
    return offices


def collect(office: dict[str, str | None], night: dict[str, Any]) -> dict[str, Any]:
    """Collect from one office; its name becomes the name of the mapped task.

    A password that is refused stays refused: only a line that failed, and soon, is tried again tonight.
    """
    from lumbung.intake.channels.folder import SETTLE_SECONDS, FolderChannel

    context: Any = get_current_context()
    context["office_name"] = office["office_name"]
    tonight = stages.Night.from_dict(night)
    began = time.monotonic()
    try:
        channel = channel_of(office["channel"], office["connection_id"])
        channel = channel or FolderChannel(Path(tonight.inbox), SETTLE_SECONDS)
        return stages.collect(Settings.load(), tonight, str(office["regency_code"]), channel)
    except ChannelError as error:
        log.error("%s", error)
        if error.whose is Whose.LINE and time.monotonic() - began < _SOON_SECONDS:
            raise
        raise AirflowFailException(str(error)) from error
    except LumbungError as error:
        log.error("%s", error)
        raise


def run_stage(stage: str, night: dict[str, Any], *inputs: Any) -> dict[str, Any]:
    """Run one stage of the night by name; a failure is logged in three lines and turns the task red."""
    try:
        counts: dict[str, Any] = getattr(stages, stage)(
            Settings.load(), stages.Night.from_dict(night), *inputs
        )
    except LumbungError as error:
        log.error("%s", error)
        raise
    return counts


def report(night: dict[str, Any]) -> dict[str, Any]:
    """Run the report, and hand the answers to the offices through their channels.

    A night over a folder named for this run answers into the outbox only: what lies in that folder need not
    be the offices' own doing.
    """
    from lumbung.airflow.channels.receivers import receiver_of

    context: Any = get_current_context()
    if context["params"].get("inbox"):
        return run_stage("report", night)
    return run_stage("report", night, receiver_of(stages.registry(Settings.load())))


def _business_date(parameter: str | None, run: Any) -> date:
    if parameter:
        return date.fromisoformat(parameter)
    instant = run.logical_date or run.run_after
    day: date = instant.astimezone(JAKARTA).date()
    return day
