"""`make status`: what runs, the current release, how the last nights ended."""

from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lumbung.clock import JAKARTA
from lumbung.local.airflow import COMPONENTS, PAGES, LocalAirflow
from lumbung.local.hints import command
from lumbung.local.unreached import offices_unanswered, offices_unreached
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from lumbung.warehouse.embedded import EmbeddedServer

_NIGHTS = """
select n.night_id, n.business_date, n.is_history, n.started_at, coalesce(n.outcome, 'unfinished') as outcome,
    (select coalesce(sum((t.counts ->> 'received')::int), 0) from audit.stage_timings as t
     where t.night_id = n.night_id and t.stage = 'collect') as received,
    (select t.stage || ': ' || t.failure from audit.stage_timings as t
     where t.night_id = n.night_id and t.failure is not null order by t.started_at desc limit 1) as failure
from audit.nights as n
order by n.night_id desc
limit 7
"""

_WAITING = """
select count(*), count(*) filter (where failure is not null) from intake.outbox where delivered_at is null
"""

_OUTCOMES = {"nothing_new": "nothing new", "unfinished": "running, or interrupted"}


def print_status(settings: Settings, console: Console) -> None:
    """Print the state of the installation; changes nothing."""
    is_running = _print_services(settings, console)
    if "setup_fingerprint" not in settings.state():
        _line(console, "Set-up", f"not finished; {command(settings, 'make nightly')} goes on with it")
        return
    if not is_running:
        _line(console, "Next", f"{command(settings, 'make nightly')}, or {command(settings, 'make up')}")
        return
    with connect(Role.ENGINEER, settings) as connection:
        release = connection.execute(
            "select release_id, published_at, business_date from marts.release where is_current"
        ).fetchone()
        paused = connection.execute("select is_paused, paused_reason from audit.publication").fetchone()
        nights = connection.execute(_NIGHTS).fetchall()
        unreached = offices_unreached(connection, nights[0][0]) if nights else None
        unanswered = offices_unanswered(connection)
        waiting = connection.execute(_WAITING).fetchone()
    words = f"none yet; {command(settings, 'make nightly')} publishes the first"
    if release:
        words = f"{release[0]}, figures to {release[2]}, published {_local(release[1])}"
    _line(console, "Release", words)
    if paused and paused[0]:
        _line(console, "Publication", f"paused: {paused[1]}")
        _line(
            console, "Next", f"{command(settings, '.venv/bin/lumbung resume --by NAME')} lets nights publish"
        )
    if waiting and waiting[0]:
        words = f"{waiting[0]:,} files for offices under {settings.outbox}"
        _line(console, "Outbox", f"{words}; {waiting[1]:,} could not be sent" if waiting[1] else words)
    if nights:
        console.print()
        console.print(_table(nights))
    for table in (unreached, unanswered):
        if table:
            console.print()
            console.print(table)


def _print_services(settings: Settings, console: Console) -> bool:
    """Say what of the services runs and where; returns whether the warehouse can be asked."""
    _line(console, "Home", str(settings.home))
    if not settings.runs_own_server:
        d = settings.database(Role.ENGINEER)
        _line(console, "PostgreSQL", f"{d['host']}:{d['port']} (LUMBUNG_DB_HOST)")
        return True
    is_running = EmbeddedServer(settings).is_running()
    services = LocalAirflow(settings)
    running = services.running()
    port = settings.state().get("postgres_port")
    _line(console, "PostgreSQL", f"running on 127.0.0.1:{port}" if is_running else "stopped")
    _line(console, "Airflow", _airflow_words(services, set(running)))
    _line(console, "Pages", f"{services.pages_url}/" if PAGES in running else "stopped")
    return is_running


def _airflow_words(services: LocalAirflow, running: set[str]) -> str:
    if services.is_up():
        return services.url
    alive = sorted(running & set(COMPONENTS))
    if not alive:
        return "stopped"
    missing = sorted(set(COMPONENTS) - running)
    if missing:
        return f"damaged: {', '.join(missing)} not running; `make up` starts all again"
    return f"starting: {services.url} does not answer yet"


def _table(nights: list[Any]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Night", "Date", "Begun (WIB)", "New files", "Outcome"):
        table.add_column(heading, justify="right" if heading in {"Night", "New files"} else "left")
    for night_id, business_date, is_history, started_at, outcome, received, failure in nights:
        words = _OUTCOMES.get(outcome, outcome)
        if outcome == "failed" and failure:
            words = f"failed in {failure.splitlines()[0]}"
        table.add_row(
            str(night_id),
            str(business_date),
            _local(started_at),
            f"{received:,}",
            Text(f"{words} (history)" if is_history else words),
        )
    return table


def _local(instant: datetime) -> str:
    return f"{instant.astimezone(JAKARTA):%d %b %Y %H:%M}"


def _line(console: Console, name: str, words: str) -> None:
    console.print(f"{name:<12} {words}", markup=False, highlight=False, soft_wrap=True)
