"""An installation for tests and benchmarks: a warehouse in a temporary home, gone at the end."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from lumbung.warehouse.embedded import EmbeddedServer
from lumbung.warehouse.migrate import migrate
from lumbung.warehouse.roles import SUPERUSER, ensure_roles_and_databases

_TEMPLATE = "lumbung_template"
_VARIABLES = ("LUMBUNG_HOME", "LUMBUNG_DB_HOST", "LUMBUNG_DB_PORT")


@contextmanager
def own_installation() -> Iterator[Settings]:
    """A running server with a migrated template; ``empty_warehouse`` makes the warehouse itself."""
    home = Path(tempfile.mkdtemp(prefix="lumbung-test-"))
    home.chmod(0o755)  # the server's user must reach its data
    before = {name: os.environ.pop(name, None) for name in _VARIABLES}
    os.environ["LUMBUNG_HOME"] = str(home)
    settings = Settings.load()
    server = EmbeddedServer(settings)
    try:
        server.start()
        ensure_roles_and_databases(settings)
        migrate(settings)
        with connect(SUPERUSER, settings, dbname="postgres", autocommit=True) as connection:
            connection.execute(f"alter database lumbung rename to {_TEMPLATE}")
        yield settings
    finally:
        server.delete()
        shutil.rmtree(home, ignore_errors=True)
        os.environ.pop("LUMBUNG_HOME")
        os.environ.update({name: value for name, value in before.items() if value is not None})


def empty_warehouse(settings: Settings) -> None:
    """Put an empty, migrated warehouse in place of the one there is."""
    with connect(SUPERUSER, settings, dbname="postgres", autocommit=True) as connection:
        connection.execute("drop database if exists lumbung with (force)")
        connection.execute(f"create database lumbung template {_TEMPLATE} owner {Role.OWNER}")
    ensure_roles_and_databases(settings)
