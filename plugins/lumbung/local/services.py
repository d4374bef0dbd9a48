"""All services of a local installation together: `make up` and `make down`."""

from rich.console import Console

from lumbung.local.airflow import LocalAirflow
from lumbung.local.setup import ensure_setup
from lumbung.local.steps import Steps
from lumbung.local.turn import turn
from lumbung.settings import Settings
from lumbung.warehouse.embedded import EmbeddedServer


def start_all(settings: Settings, console: Console) -> dict[str, str]:
    """Start what is not running; returns the address of the UI and of the pages."""
    steps = Steps(console)
    services = LocalAirflow(settings)
    with turn(settings):
        ensure_setup(settings, steps)
        with steps.step("services"):
            services.start(for_good=True)
    return {"airflow": services.url, "pages": services.pages_url}


def stop_all(settings: Settings) -> list[str]:
    """Stop everything of this installation; returns the names of what was running."""
    if not settings.home.exists():
        return []
    stopped = []
    if LocalAirflow(settings).stop():
        stopped.append("Airflow and pages")
    if EmbeddedServer(settings).stop():
        stopped.append("PostgreSQL")
    return stopped
