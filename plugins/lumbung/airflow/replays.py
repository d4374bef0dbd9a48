"""The callable of the replay DAG: show what loading again would come to, mark it if asked, open its run."""

import logging
from datetime import date
from typing import Any

from airflow.sdk import get_current_context

from lumbung import replay
from lumbung.errors import LumbungError
from lumbung.settings import Settings

log = logging.getLogger(__name__)


def order_replay() -> dict[str, Any] | None:
    """Take the run's parameters; give the night for the stages that follow, None where nothing is loaded."""
    from lumbung.intake.changes import Who
    from lumbung.intake.replays import Selection

    context: Any = get_current_context()
    params, settings = context["params"], Settings.load()
    selection = Selection(
        submission_ids=tuple(params["submissions"] or ()),
        dataset=params["dataset"],
        regency_code=params["office"],
        period_from=_date(params["from"]),
        period_to=_date(params["to"]),
    )
    try:
        if selection != Selection():
            for line in replay.told(replay.rehearse(settings, selection)):
                log.info("%s", line)
            if not params["apply"]:
                log.info("Nothing was changed: apply is off.")
                return None
            ordered = replay.order(settings, selection, Who(params["by"] or "", params["reason"] or ""))
            log.info("%s submissions are loaded again", len(ordered))
        return replay.open_run(settings, context["dag_run"].run_id).as_dict()
    except LumbungError as error:
        log.error("%s", error)
        raise


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
