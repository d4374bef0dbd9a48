"""Set-up of a local installation: server, roles, migrations, marts, Airflow; skipped when nothing changed."""

import shutil
from importlib.metadata import version

from lumbung.local.airflow import LocalAirflow
from lumbung.local.steps import Steps
from lumbung.settings import Role, Settings
from lumbung.version import code_version
from lumbung.warehouse.embedded import EmbeddedServer

_NEEDED_BYTES = 2 * 1024**3


def ensure_setup(settings: Settings, steps: Steps) -> None:
    """Bring the installation to the present code; starts PostgreSQL and leaves it running.

    Raises:
        LumbungError: says which step failed and what to do; running it again goes on from there.
    """
    from lumbung.errors import LumbungError

    settings.home.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(settings.home).free < _NEEDED_BYTES:
        raise LumbungError(
            f"Less than 2 GB of space is left for {settings.home}.",
            "The warehouse was not started, so that it cannot run into a full disk.",
            "Make room, or set LUMBUNG_HOME to a folder on a larger disk.",
        )
    if settings.runs_own_server:
        with steps.step("postgresql") as words:
            words.append("started" if EmbeddedServer(settings).start() else "already running")
            words.append(f"127.0.0.1:{settings.state()['postgres_port']}")
    prepare_databases(settings, steps)


def prepare_databases(settings: Settings, steps: Steps) -> None:
    """Roles, migrations, published tables and Airflow's metadata, on whatever server the settings name.

    A server of one's own keeps the passwords that set-up gave it; those of another one may have been changed
    in its environment, so roles are brought up to date there every time. Airflow's metadata are migrated here
    for the local installation only: where Airflow is installed otherwise, it migrates its own.
    """
    fingerprint = f"{code_version(settings)} airflow {version('apache-airflow')}"
    is_prepared = settings.state().get("setup_fingerprint") == fingerprint
    if is_prepared and settings.runs_own_server:
        return
    from lumbung.build.manifest import mart_models, parse
    from lumbung.publish.schema import sync
    from lumbung.warehouse.connection import connect
    from lumbung.warehouse.migrate import migrate
    from lumbung.warehouse.roles import ensure_roles_and_databases

    with steps.step("warehouse") as words:
        ensure_roles_and_databases(settings)
        words.append(_count(len(migrate(settings)), "migration") or "up to date")
    if is_prepared:
        return
    with steps.step("marts") as words:
        parse(settings)
        with connect(Role.OWNER, settings) as connection:
            changes = _count(len(sync(connection, mart_models(settings))), "change")
            words.append(f"{changes} to the published tables" if changes else "up to date")
    if settings.runs_own_server:
        with steps.step("airflow") as words:
            LocalAirflow(settings).migrate()
            words.append("metadata database is up to date")
    settings.update_state(setup_fingerprint=fingerprint)


def _count(number: int, thing: str) -> str:
    """``1 change``, ``42 changes``; nothing for none."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}" if number else ""
