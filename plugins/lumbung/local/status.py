"""`make status`: what runs, the current release, how the last nights ended."""

from rich.console import Console
from rich.table import Table

from lumbung.clock import JAKARTA
from lumbung.local.airflow import LocalAirflow
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


def print_status(settings: Settings, console: Console) -> None:
    """Print the state of the installation; changes nothing."""
    is_running = not settings.runs_own_server or EmbeddedServer(settings).is_running()
    services = LocalAirflow(settings)
    running = services.running()
    console.print(f"Home        {settings.home}", soft_wrap=True)
    server = "stopped"
    if is_running:
        d = settings.database(Role.ENGINEER)
        server = f"running on {d['host']}:{d['port']}"
    console.print(f"PostgreSQL  {server}")
    console.print(f"Airflow     {services.url if services.is_up() else 'stopped'}")
    console.print(f"Pages       {services.pages_url if 'pages' in running else 'stopped'}")
    if not is_running:
        console.print("Next: `make up` starts the services, `make nightly` runs a night.")
        return
    with connect(Role.ENGINEER, settings) as connection:
        release = connection.execute(
            "select release_id, published_at, business_date from marts.release where is_current"
        ).fetchone()
        paused = connection.execute("select is_paused, paused_reason from audit.publication").fetchone()
        nights = connection.execute(_NIGHTS).fetchall()
    if release:
        published_at = release[1].astimezone(JAKARTA)
        console.print(f"Release     {release[0]} of {release[2]}, published {published_at:%d %b %Y %H:%M}")
    else:
        console.print("Release     none yet; `make nightly` publishes the first")
    if paused and paused[0]:
        console.print(
            f"Publication is paused: {paused[1]}. `lumbung resume --by NAME` lets nights publish again."
        )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Night", "Business date", "Begun", "Files", "Outcome"):
        table.add_column(heading, justify="right" if heading in {"Night", "Files"} else "left")
    for night_id, business_date, is_history, started_at, outcome, received, failure in nights:
        table.add_row(
            str(night_id),
            f"{business_date}{' (history)' if is_history else ''}",
            f"{started_at.astimezone(JAKARTA):%d %b %H:%M}",
            str(received),
            outcome if outcome != "failed" or not failure else f"failed in {failure.splitlines()[0][:60]}",
        )
    console.print(table)
