"""`make nightly`: set up, load the sample if wanted, run tonight through Airflow, say what came out."""

import threading
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from lumbung import clock
from lumbung.errors import LumbungError
from lumbung.local.airflow import LocalAirflow
from lumbung.local.airflow_api import AirflowApi
from lumbung.local.airflow_config import UI_USER
from lumbung.local.hints import command, say_where
from lumbung.local.setup import ensure_setup
from lumbung.local.steps import Steps
from lumbung.local.turn import turn
from lumbung.local.unreached import offices_unanswered, offices_unreached
from lumbung.local.watch import RunWatch
from lumbung.local.words import stage_words
from lumbung.settings import Role, Settings
from lumbung.warehouse.embedded import EmbeddedServer

DAG_ID = "nightly"
SAMPLE_DATE = date(2026, 7, 28)
"""Business date of the sample's tonight; its history ends the day before."""

_SAMPLE_RUN = "sample"
_DAG_TIMEOUT_SECONDS = 120


@dataclass(frozen=True)
class Plan:
    """What tonight is run on: a folder of submissions (None: the offices' own channels), a business date, and
    a prefix for the run's name.
    """

    inbox: Path | None
    business_date: date
    name: str


def nightly(
    settings: Settings,
    console: Console,
    inbox: Path | None,
    business_date: date | None,
    is_from_channels: bool = False,
) -> None:
    """Run one night from set-up to summary.

    Args:
        settings: The installation.
        console: Where progress goes.
        inbox: Submissions as ``<BPS code>/<dataset>/<file>``; None = the sample, unless from channels.
        business_date: The business date; None = today in Asia/Jakarta (the sample has its own).
        is_from_channels: Collect from every office's own channel, as a scheduled night does.

    Raises:
        LumbungError: when the night did not end with a publication or with nothing new.
    """
    steps = Steps(console)
    if inbox is not None and not inbox.is_dir():
        raise LumbungError(
            f"There is no folder {inbox}.",
            "Nothing was collected.",
            "INBOX names a folder laid out like 3510/staple_prices/harga.xlsx (BPS code, dataset, file).",
        )
    with turn(settings):
        outcome = _nightly(settings, console, steps, inbox, business_date, is_from_channels)
    _say_what_came_out(settings, console, outcome)


def _nightly(
    settings: Settings,
    console: Console,
    steps: Steps,
    inbox: Path | None,
    business_date: date | None,
    is_from_channels: bool,
) -> "_Outcome":
    ensure_setup(settings, steps)
    plan = _plan(settings, inbox, business_date, is_from_channels)
    airflow = LocalAirflow(settings)
    was_up = airflow.is_up()
    starter = _Starter(airflow)
    starter.start()
    try:
        if plan.name == _SAMPLE_RUN:
            _ensure_sample(settings, steps)
        with steps.step("scheduler") as words:
            starter.wait()
            api = AirflowApi(airflow.url, settings.secrets()["airflow_ui"])
            _await_dag(api)
            if not was_up:
                for run_id in api.unfinished_runs(DAG_ID):
                    api.fail_run(DAG_ID, run_id)
            words.append(airflow.url)
        steps.heading(f"The night of {plan.business_date:%-d %B %Y}:")
        return _run_night(settings, console, steps, airflow, api, plan)
    finally:
        starter.join()
        if not was_up:
            airflow.stop()


def _plan(
    settings: Settings, inbox: Path | None, business_date: date | None, is_from_channels: bool = False
) -> Plan:
    """Decide between sample and the office's own submissions, and keep the two apart."""
    from lumbung.warehouse.connection import connect

    with connect(Role.ENGINEER, settings) as connection:
        holds = {
            row[0]
            for row in connection.execute(
                "select distinct run_id like %s from audit.nights", [_SAMPLE_RUN + "%"]
            ).fetchall()
        }
    is_sample = inbox is None and not is_from_channels
    if is_sample and False in holds:
        raise LumbungError(
            "This warehouse holds submissions of its own; the sample would mix with them.",
            "Nothing was run.",
            "Name the submissions: make nightly INBOX=folder, or use another LUMBUNG_HOME for the sample.",
        )
    if not is_sample and True in holds:
        raise LumbungError(
            "This warehouse holds the sample; other submissions would mix with it.",
            "Nothing was run.",
            "Use another LUMBUNG_HOME, or run `make clean` first (it keeps .venv).",
        )
    if not is_sample:
        return Plan(inbox.resolve() if inbox else None, business_date or clock.today(), "night")
    if business_date not in (None, SAMPLE_DATE):
        raise LumbungError(
            f"The sample's date is {SAMPLE_DATE}; DATE={business_date} goes with an INBOX.",
            "Nothing was run.",
            "Leave DATE out, or name your submissions: make nightly INBOX=folder DATE=2026-07-28.",
        )
    return Plan(settings.home / "sample" / "inbox", SAMPLE_DATE, _SAMPLE_RUN)


def _ensure_sample(settings: Settings, steps: Steps) -> None:
    """Generate the sample and load its history through the pipeline, once."""
    from lumbung.local.history import run_history
    from lumbung.sample.generate import generate

    state = settings.state()
    if state.get("sample") == "loaded":
        return
    folder = settings.home / "sample"
    if state.get("sample") != "generated":
        with steps.step("sample") as words:
            summary = generate(settings, folder, business_date=SAMPLE_DATE)
            words.append(f"{summary.history_rows:,} rows of history, {summary.inbox_files} files for tonight")
        settings.update_state(sample="generated")
    steps.heading("13 months of prices and five years of registers, loaded once:")
    run_history(
        settings, steps, folder / "history", SAMPLE_DATE - timedelta(days=1), f"{_SAMPLE_RUN}-history"
    )
    settings.update_state(sample="loaded")


class _Starter(threading.Thread):
    """Starts Airflow while the sample is being loaded; an error is kept for the one who waits."""

    def __init__(self, airflow: LocalAirflow) -> None:
        super().__init__(name="start-airflow")
        self._airflow = airflow
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._airflow.start()
        except BaseException as error:
            self._error = error

    def wait(self) -> None:
        """Wait until Airflow is up; raise what went wrong."""
        self.join()
        if self._error is not None:
            raise self._error


def _await_dag(api: AirflowApi) -> None:
    deadline = time.monotonic() + _DAG_TIMEOUT_SECONDS
    while not api.knows(DAG_ID):
        errors = api.import_errors()
        if errors or time.monotonic() > deadline:
            raise LumbungError(
                f"Airflow does not know the DAG {DAG_ID}. {' '.join(errors)}".strip(),
                "The night cannot run.",
                "Mend the DAG file; the log of the dag-processor has the details.",
            )
        time.sleep(0.3)


@dataclass(frozen=True)
class _Outcome:
    run_id: str
    night_id: int
    outcome: str
    seconds: float


def _run_night(
    settings: Settings, console: Console, steps: Steps, airflow: LocalAirflow, api: AirflowApi, plan: Plan
) -> _Outcome:
    """Trigger the run and follow it to its end, one line per stage."""
    instant = clock.now()
    run_id = f"{plan.name}__{plan.business_date}__{instant:%Y%m%dT%H%M%S%f}"
    conf = {"business_date": plan.business_date.isoformat()}
    if plan.inbox is not None:
        conf["inbox"] = str(plan.inbox)
    started = time.monotonic()
    api.trigger(DAG_ID, run_id, instant.isoformat(), conf)
    with Progress(
        TextColumn("  {task.description:<12}"), BarColumn(40), TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal,
    ) as progress:  # fmt: skip
        bar = progress.add_task("open_night", total=45)
        shown: set[str] = set()
        state = "queued"
        watch = RunWatch(airflow, EmbeddedServer(settings))
        while state not in {"success", "failed"}:
            time.sleep(0.5)
            try:
                state = api.run(DAG_ID, run_id)["state"]
                tasks = api.tasks(DAG_ID, run_id)
            except (LumbungError, OSError, LookupError) as error:
                watch.miss(error)
                continue
            watch.see(tasks)
            done = [t for t in tasks if t["state"] in {"success", "failed", "upstream_failed"}]
            running = [t["task_id"] for t in tasks if t["state"] == "running"]
            progress.update(bar, completed=len(done), total=max(len(tasks), 1))
            if running:
                progress.update(bar, description=running[0])
            for line in _stage_lines(settings, run_id):
                if line[0] not in shown and (line[0] != "collect" or _is_collected(tasks)):
                    shown.add(line[0])
                    steps.done(*line)
    seconds = time.monotonic() - started
    for line in _stage_lines(settings, run_id):
        if line[0] not in shown:
            steps.done(*line)
    night_id, outcome, failures = _night(settings, run_id)
    if state != "success" or outcome not in {"published", "nothing_new"}:
        failed = sorted({t["task_id"] for t in tasks if t["state"] == "failed"}) or [state]
        raise LumbungError(
            f"The night failed in {', '.join(failed)}. " + (failures[0] if failures else ""),
            "Nothing of tonight was published; the previous release stays in place.",
            f"Task logs: {settings.logs / 'tasks'}. Mend the cause and run the same command again.",
        )
    return _Outcome(run_id, night_id, outcome, seconds)


def _is_collected(tasks: list[dict[str, Any]]) -> bool:
    return any(t["task_id"] == "decode" and t["state"] not in {None, "scheduled"} for t in tasks)


def _stage_lines(settings: Settings, run_id: str) -> list[tuple[str, str, float]]:
    """The finished stages of a run as (stage, counts in words, seconds)."""
    from lumbung.warehouse.connection import connect

    try:
        connection = connect(Role.ENGINEER, settings)
    except LumbungError:
        return []
    with connection:
        rows = connection.execute(
            """
            select t.stage, t.counts, extract(epoch from t.started_at), t.seconds, t.failure, t.item
            from audit.stage_timings as t
            inner join audit.nights as n using (night_id)
            where n.run_id = %s
            order by t.started_at
            """,
            [run_id],
        ).fetchall()
    offices = [row for row in rows if row[0] == "collect"]
    lines = [_collect_line(offices)] if offices else []
    last = {row[0]: row for row in rows if row[0] != "collect" and row[4] is None}
    lines += [(stage, stage_words(stage, row[1]), float(row[3])) for stage, row in last.items()]
    return lines


def _collect_line(offices: list[Any]) -> tuple[str, str, float]:
    """One line for all offices; an office tried twice counts by its last try."""
    last = {row[5]: row for row in offices}
    counts = {
        "offices": len(last),
        "received": sum(row[1].get("received", 0) for row in offices),
        "repeated": sum(row[1].get("repeated", 0) for row in offices),
        "failed": sum(row[4] is not None for row in last.values()),
    }
    span = max(row[2] + row[3] for row in offices) - min(row[2] for row in offices)
    return "collect", stage_words("collect", counts), float(span)


def _night(settings: Settings, run_id: str) -> tuple[int, str, list[str]]:
    from lumbung.warehouse.connection import connect

    with connect(Role.ENGINEER, settings) as connection:
        night = connection.execute(
            "select night_id, outcome from audit.nights where run_id = %s", [run_id]
        ).fetchone() or (0, None)
        failures = connection.execute(
            "select failure from audit.stage_timings where night_id = %s and failure is not null"
            " order by started_at desc",
            [night[0]],
        ).fetchall()
    return night[0], night[1] or "unfinished", [row[0] for row in failures]


def _say_what_came_out(settings: Settings, console: Console, outcome: _Outcome) -> None:
    from lumbung.report.summary import load_summary
    from lumbung.report.terminal import print_summary
    from lumbung.warehouse.connection import connect

    with connect(Role.ENGINEER, settings) as connection:
        console.print()
        print_summary(load_summary(connection), console)
        tables = offices_unreached(connection, outcome.night_id), offices_unanswered(connection)
    for table in tables:
        if table:
            console.print()
            console.print(table)
    what = "Nothing new, no release written" if outcome.outcome == "nothing_new" else "Published"
    console.print(f"\n{what}: {outcome.seconds:.1f} s from trigger to end. Where to look:", highlight=False)
    airflow = LocalAirflow(settings)
    addresses = {
        "page": str(settings.pages / "current" / "ringkasan.html"),
        "answers to offices": str(settings.outbox),
        "warehouse, its URL": command(settings, ".venv/bin/lumbung url"),
    }
    if airflow.is_up():
        addresses["Airflow"] = airflow.url
        addresses[f"password of {UI_USER}"] = command(settings, ".venv/bin/lumbung password")
    else:
        addresses["Airflow and pages"] = command(settings, "make up")
    addresses["stop everything"] = command(settings, "make down")
    say_where(console, addresses)
