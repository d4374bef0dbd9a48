"""An installation for tests and benchmarks: a warehouse in a temporary home, gone at the end."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from lumbung.warehouse.embedded import EmbeddedServer
from lumbung.warehouse.migrate import migrate
from lumbung.warehouse.roles import SUPERUSER, ensure_roles_and_databases

_TEMPLATE = "lumbung_template"
_BUILT = "lumbung_built"
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
    _put_in_place(settings, _TEMPLATE)


def built_warehouse(settings: Settings) -> None:
    """Put a warehouse in place that holds no submission, but seeds, models and published tables.

    The next night's build is one of many, which leaves alone what nothing came for, instead of the first and
    whole one. It is made once per server and copied from then on.
    """
    with connect(SUPERUSER, settings, dbname="postgres", autocommit=True) as connection:
        known = connection.execute("select 1 from pg_database where datname = %s", [_BUILT]).fetchone()
    if not known:
        _put_in_place(settings, _TEMPLATE)
        _build_on_nothing(settings)
        with connect(SUPERUSER, settings, dbname="postgres", autocommit=True) as connection:
            connection.execute(f"create database {_BUILT} template lumbung owner {Role.OWNER}")
    _put_in_place(settings, _BUILT)


def _put_in_place(settings: Settings, template: str) -> None:
    with connect(SUPERUSER, settings, dbname="postgres", autocommit=True) as connection:
        connection.execute("drop database if exists lumbung with (force)")
        connection.execute(f"create database lumbung template {template} owner {Role.OWNER}")
    ensure_roles_and_databases(settings)


def prepare_marts(settings: Settings) -> None:
    """Make the published tables in an empty, migrated warehouse."""
    from lumbung.build.manifest import mart_models, parse
    from lumbung.build.runner import target_path
    from lumbung.publish.schema import sync

    manifest = target_path(settings) / "manifest.json"
    if not manifest.exists() or json.loads(manifest.read_text())["metadata"]["project_name"] != "lumbung":
        parse(settings)  # a test with a project of its own was here before, or none
    with connect(Role.OWNER, settings) as connection:
        sync(connection, mart_models(settings))


def _build_on_nothing(settings: Settings) -> None:
    """Set up marts and build them for a night that leaves no trace but what it built."""
    from lumbung.build.dbt import run_build

    prepare_marts(settings)
    business_date = date(2012, 1, 1)
    with connect(SUPERUSER, settings) as connection:
        night = connection.execute(
            "insert into audit.nights (business_date, run_id) values (%s, 'template') returning night_id",
            [business_date],
        ).fetchone()
    assert night is not None
    run_build(settings, night[0], business_date, full=True)
    with connect(SUPERUSER, settings) as connection:
        for table in ("dbt_results", "builds", "nights"):
            connection.execute(f"delete from audit.{table}")
        # As after a first release: from here on touched keys are enough.
        connection.execute("update audit.publication set compare_everything = false")
        connection.execute("alter table audit.nights alter night_id restart")
        connection.execute("alter table audit.builds alter build_id restart")
