"""Commands of `lumbung`. Each says in its help what it changes and how to undo it."""

import contextlib
import logging
import sys
from datetime import date
from pathlib import Path

import click
from rich.console import Console

from lumbung import __version__
from lumbung.cli import lifecycle, offices
from lumbung.cli.check import check
from lumbung.cli.dates import IsoDate
from lumbung.errors import LumbungError
from lumbung.settings import Role, Settings

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lumbung")
def cli() -> None:
    """Lumbung, the data warehouse of the East Java industry and trade office.

    State lives under LUMBUNG_HOME (default: .lumbung in the checkout).
    """


@cli.command()
def setup() -> None:
    """Start PostgreSQL and bring roles, tables and Airflow's database to the present code."""
    from lumbung.local.setup import ensure_setup
    from lumbung.local.steps import Steps
    from lumbung.local.turn import turn

    settings = Settings.load()
    with turn(settings):
        ensure_setup(settings, Steps(console))
    console.print("Set up. Next: `make nightly` runs a night, `make down` stops PostgreSQL.")


@cli.command()
@click.option("--inbox", type=click.Path(path_type=Path), help="Submissions: <BPS code>/<dataset>/<file>.")
@click.option("--channels", is_flag=True, help="Collect from every office's own channel, as at 20:00.")
@click.option(
    "--date", "business_date", type=IsoDate(), help="Business date; default: today in Asia/Jakarta."
)
def nightly(inbox: Path | None, channels: bool, business_date: date | None) -> None:
    """Run one night through the Airflow scheduler and print the KPI summary.

    Without --inbox or --channels the sample is used (made on first use). Exits 0 only when a release was
    published or there was nothing new. Running it again changes nothing.
    """
    from lumbung.local.nightly import nightly as run_night

    if inbox and channels:
        raise click.UsageError("--inbox and --channels exclude each other: files come from one or the other.")
    run_night(Settings.load(), console, inbox, business_date, channels)


@cli.command("load-history")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--date", "business_date", type=IsoDate(), required=True, help="Business date of the load.")
def load_history(folder: Path, business_date: date) -> None:
    """Load a FOLDER of older submissions: exempt from due and lock dates, counted in no rate.

    Same layout and same rules as a night; runs without the scheduler and publishes a release.
    """
    from lumbung import clock
    from lumbung.local.history import run_history
    from lumbung.local.setup import ensure_setup
    from lumbung.local.steps import Steps
    from lumbung.local.turn import turn

    settings, steps = Settings.load(), Steps(console)
    with turn(settings):
        ensure_setup(settings, steps)
        run_id = f"history__{clock.now():%Y%m%dT%H%M%S%f}"
        run_history(settings, steps, folder, business_date, run_id)
    console.print("History is loaded. Next: `make nightly INBOX=folder` runs a night on top of it.")


@cli.command()
def up() -> None:
    """Start the warehouse, Airflow's UI and the pages, and say where they are."""
    from lumbung.local.airflow_config import UI_USER
    from lumbung.local.hints import command, say_where
    from lumbung.local.services import start_all

    settings = Settings.load()
    addresses = start_all(settings, console)
    say_where(
        console,
        {
            "Airflow": addresses["airflow"],
            f"password of {UI_USER}": command(settings, ".venv/bin/lumbung password"),
            "pages": f"{addresses['pages']}/",
            "warehouse, its URL": command(settings, ".venv/bin/lumbung url"),
            "what is running": command(settings, "make status"),
            "stop everything": command(settings, "make down"),
        },
    )


@cli.command()
def down() -> None:
    """Stop Airflow, the pages and PostgreSQL of this installation; data stay."""
    from lumbung.local.services import stop_all

    stopped = stop_all(Settings.load())
    console.print("Stopped: " + (", ".join(stopped) if stopped else "nothing was running") + ".")


@cli.command()
def status() -> None:
    """Show what runs, the last release, and how the last nights ended."""
    from lumbung.local.status import print_status

    print_status(Settings.load(), console)


@cli.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def clean(yes: bool) -> None:
    """Stop everything and delete this installation's data (LUMBUNG_HOME); .venv stays. Cannot be undone."""
    from lumbung.local.cleaning import delete_installation, refuse_strange_home
    from lumbung.local.turn import turn

    settings = Settings.load()
    if not settings.home.exists():
        console.print(f"{settings.home} does not exist: nothing to delete.", soft_wrap=True)
        return
    refuse_strange_home(settings)
    if not yes and sys.stdin.isatty():
        click.confirm(f"Delete all data under {settings.home}?", abort=True)
    with turn(settings):
        rest = delete_installation(settings)
    console.print(f"Deleted the data under {settings.home}. `make nightly` starts afresh.", soft_wrap=True)
    if rest:
        console.print(f"Left there, not made by Lumbung: {', '.join(rest)}.", markup=False, soft_wrap=True)


@cli.command()
@click.option(
    "--role", type=click.Choice(["reader", "planner", "engineer"]), default="reader", show_default=True
)
@click.option("--release", type=int, help="Let the as-of views answer for this release.")
def url(role: str, release: int | None) -> None:
    """Print one line, the URL of the warehouse for a role; starts the server if it is down."""
    from lumbung.warehouse.embedded import EmbeddedServer

    settings = Settings.load()
    settings.database(Role(f"lumbung_{role}"))  # never set up: say so instead of making an empty server
    if settings.runs_own_server:
        EmbeddedServer(settings).start()
    click.echo(settings.database_url(Role(f"lumbung_{role}"), release=release))


@cli.command()
def password() -> None:
    """Print the password of Airflow's UI user."""
    secrets = Settings.load().secrets()
    if "airflow_ui" not in secrets:
        raise LumbungError("There is no installation yet.", "", "Run `make nightly` or `make up` first.")
    click.echo(secrets["airflow_ui"])


@cli.command()
@click.argument("release", type=int)
@click.option("--reason", required=True, help="Why; published with the release.")
@click.option("--by", "made_by", required=True, help="Who.")
def rollback(release: int, reason: str, made_by: str) -> None:
    """Publish a new release equal to RELEASE and pause publication until `lumbung resume`."""
    from lumbung.publish.rollback import rollback as roll_back

    made = roll_back(Settings.load(), release, reason, made_by)
    if made.release_id == release:
        console.print(f"Release {release} is the current one already; nothing changed.")
    else:
        console.print(
            f"Release {made.release_id} equals release {release} ({made.changed_rows:,} rows changed)."
        )
    console.print(
        "Publication is paused. Next: `lumbung resume --by NAME` lets nights publish again.", soft_wrap=True
    )


@cli.command()
@click.option("--by", "made_by", required=True, help="Who.")
def resume(made_by: str) -> None:
    """Let nights publish again after a rollback."""
    from lumbung.publish.rollback import resume as resume_publication

    resume_publication(Settings.load(), made_by)
    console.print("Nights publish again. Next: `make nightly`, or wait for tonight.")


for command in (*lifecycle.COMMANDS, *offices.COMMANDS):
    cli.add_command(command)
cli.add_command(check)


def main() -> None:
    """Run a command; a LumbungError ends in three lines and exit status 1, never in a traceback."""
    _direct_logs()
    try:
        cli.main(prog_name="lumbung", standalone_mode=False)
    except LumbungError as error:
        _say_failed(error.what, error.meaning, error.remedy)
        sys.exit(1)
    except click.exceptions.Abort:
        errors.print("Stopped. Nothing half-done is published; the same command goes on from there.")
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except Exception as error:
        _say_failed(
            f"{type(error).__name__}: {error}",
            "This error was not foreseen; data already published are unharmed.",
            f"Details are in {_keep_traceback()}; run the command again, and report that file if it stays.",
        )
        sys.exit(1)


class _Terminal(logging.Handler):
    """Warnings of Lumbung's own, one line each on the terminal."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print a record; a traceback that may hang on it stays away."""
        errors.print(f"Note: {record.getMessage()}", markup=False, soft_wrap=True)


def _direct_logs() -> None:
    """Let the terminal show our own warnings and nobody else's log.

    Libraries set the root logger up for the terminal unless it has a handler already.
    """
    logging.getLogger().addHandler(logging.NullHandler())
    logging.getLogger("lumbung").addHandler(_Terminal(logging.WARNING))


def _say_failed(what: str, meaning: str, remedy: str) -> None:
    errors.print(f"Failed: {what}", style="bold red", markup=False, soft_wrap=True)
    for line in (meaning, remedy):
        if line:
            errors.print(line, markup=False, soft_wrap=True)


def _keep_traceback() -> Path:
    """Append the present error's traceback to a log; where LUMBUNG_HOME cannot be written, elsewhere."""
    import tempfile
    import traceback

    for folder in (Settings.load().logs, Path(tempfile.gettempdir())):
        log = folder / "lumbung-error.log"
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            with log.open("a") as file:
                file.write(traceback.format_exc() + "\n")
            break
    return log
