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
from lumbung.cli.alias import alias
from lumbung.cli.check import check
from lumbung.cli.dates import IsoDate
from lumbung.cli.targets import targets, whatif
from lumbung.cli.trace import trace
from lumbung.errors import LumbungError
from lumbung.settings import Role, Settings

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lumbung")
def cli() -> None:
    """Lumbung, the data warehouse of the East Java industry and trade office.

    Data, logs and passwords live under LUMBUNG_HOME (default: .lumbung in the checkout).
    `lumbung COMMAND --help` explains a command, what it changes and how to undo it.
    """


@cli.command()
def setup() -> None:
    """Start PostgreSQL and bring this installation up to date.

    Roles, tables and Airflow's database are brought to the present code. `make nightly` and `make up` do it
    too. Running it again changes nothing.
    """
    from lumbung.local.setup import ensure_setup
    from lumbung.local.steps import Steps
    from lumbung.local.turn import turn

    settings = Settings.load()
    with turn(settings):
        ensure_setup(settings, Steps(console))
    console.print("Set up. Next: `make nightly` runs a night, `make down` stops PostgreSQL.")


@cli.command()
@click.option(
    "--inbox",
    type=click.Path(path_type=Path),
    help="Folder of submissions, laid out as <BPS code>/<dataset>/<file>.",
)
@click.option("--channels", is_flag=True, help="Collect from every office's own channel, as at 20:00.")
@click.option(
    "--date",
    "business_date",
    type=IsoDate(),
    help="Business date: the day the night is for; default: today in Asia/Jakarta.",
)
def nightly(inbox: Path | None, channels: bool, business_date: date | None) -> None:
    """Run one night through Airflow and print the KPI summary.

    Without --inbox or --channels the sample is used (made on first use), with a business date of its own.
    Exits 0 only when a release was published or there was nothing new. Running it again changes nothing.
    """
    from lumbung.local.nightly import nightly as run_night

    if inbox and channels:
        raise click.UsageError("--inbox and --channels exclude each other: files come from one or the other.")
    run_night(Settings.load(), console, inbox, business_date, channels)


@cli.command("load-history")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--date", "business_date", type=IsoDate(), required=True, help="Business date: the day it is done."
)
def load_history(folder: Path, business_date: date) -> None:
    """Load a FOLDER of older submissions and publish them.

    They are exempt from due and lock dates and count in no rate. Laid out as for a night,
    <BPS code>/<dataset>/<file>, and judged by the same rules; runs without the scheduler.
    """
    from lumbung import clock
    from lumbung.local.history import run_history
    from lumbung.local.setup import ensure_setup
    from lumbung.local.steps import Steps
    from lumbung.local.turn import turn

    if not folder.is_dir():
        raise LumbungError(
            f"There is no folder {folder}.",
            "No history was loaded.",
            "Name a folder laid out as <BPS code>/<dataset>/<file>.",
        )
    settings, steps = Settings.load(), Steps(console)
    with turn(settings):
        ensure_setup(settings, steps)
        run_id = f"history__{clock.now():%Y%m%dT%H%M%S%f}"
        run_history(settings, steps, folder, business_date, run_id)
    console.print("History is loaded. Next: `make nightly INBOX=folder` runs a night on top of it.")


@cli.command()
def up() -> None:
    """Start the warehouse, Airflow's UI and the pages.

    Says where each is. `lumbung down` stops them.
    """
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
    """Stop Airflow, the pages and PostgreSQL; data stay.

    `lumbung up` starts them again.
    """
    from lumbung.local.services import stop_all

    stopped = stop_all(Settings.load())
    console.print("Stopped: " + (", ".join(stopped) if stopped else "nothing was running") + ".")


@cli.command()
def status() -> None:
    """Show what runs, the last release and the last nights.

    Starts and changes nothing.
    """
    from lumbung.local.status import print_status

    print_status(Settings.load(), console)


@cli.command()
@click.option("--yes", is_flag=True, help="Do not ask before deleting.")
def clean(yes: bool) -> None:
    """Stop everything and delete this installation's data.

    All that Lumbung keeps under LUMBUNG_HOME goes: database, submissions, pages, passwords. What it did not
    make stays, and so does .venv. Asks first. Cannot be undone.
    """
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
    "--role",
    type=click.Choice(["reader", "planner", "engineer"]),
    default="reader",
    show_default=True,
    help="Whose rights: a reader sees what is published, a planner names and money too, an engineer all;"
    " none of them may write figures.",
)
@click.option(
    "--release",
    type=int,
    metavar="NUMBER",
    help="Let the views in schema asof answer as of this release; default: the current one.",
)
def url(role: str, release: int | None) -> None:
    """Print the URL of the warehouse for a role.

    One line, password included, as BI tools and psql take it. Starts PostgreSQL if it is down.
    """
    from lumbung.warehouse.embedded import EmbeddedServer

    settings = Settings.load()
    settings.database(Role(f"lumbung_{role}"))  # never set up: say so instead of making an empty server
    if settings.runs_own_server:
        EmbeddedServer(settings).start()
    if release is not None:
        from lumbung.publish.ledger import named_release
        from lumbung.warehouse.connection import connect

        with connect(Role.READER, settings) as connection:
            named_release(connection, release)
    click.echo(settings.database_url(Role(f"lumbung_{role}"), release=release))


@cli.command()
def password() -> None:
    """Print the password of Airflow's UI user.

    The user's name is `admin`; `lumbung up` says where the UI is.
    """
    secrets = Settings.load().secrets()
    if "airflow_ui" not in secrets:
        raise LumbungError("There is no installation yet.", "", "Run `make nightly` or `make up` first.")
    click.echo(secrets["airflow_ui"])


@cli.command()
@click.argument("release", type=int)
@click.option("--reason", required=True, help="Why; published with the release.")
@click.option("--by", "made_by", required=True, help="Who does it; kept for good.")
def rollback(release: int, reason: str, made_by: str) -> None:
    """Publish a new release equal to RELEASE, an earlier one.

    RELEASE is its number in marts.release. Nights publish nothing more until `lumbung resume`.
    Undo: roll back to the release before, then resume.
    """
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
@click.option("--by", "made_by", required=True, help="Who does it; kept for good.")
def resume(made_by: str) -> None:
    """Let nights publish again after a rollback.

    The next night publishes all that came meanwhile.
    """
    from lumbung.publish.rollback import resume as resume_publication

    resume_publication(Settings.load(), made_by)
    console.print("Nights publish again. Next: `make nightly`, or wait for tonight.")


for command in (*lifecycle.COMMANDS, *offices.COMMANDS):
    cli.add_command(command)
cli.add_command(check)
cli.add_command(alias)
cli.add_command(trace)
cli.add_command(targets)
cli.add_command(whatif)


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
