"""The embedded PostgreSQL: passwords, ports, restart after a crash, roles."""

import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from lumbung.errors import LumbungError
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from lumbung.warehouse.embedded import EmbeddedServer, choose_free_port
from lumbung.warehouse.roles import SUPERUSER, ensure_roles_and_databases

pytestmark = pytest.mark.database


@pytest.fixture
def server() -> Iterator[EmbeddedServer]:
    home = Path(tempfile.mkdtemp(prefix="lumbung pg test "))
    server = EmbeddedServer(Settings(root=home, home=home / "home"))
    yield server
    server.delete()
    shutil.rmtree(home, ignore_errors=True)


def test_starts_once_and_again_after_stop(server: EmbeddedServer) -> None:
    assert server.start() is True
    assert server.start() is False
    assert server.stop() is True
    assert not server.is_running()
    assert server.start() is True


def test_survives_kill_of_the_whole_server(server: EmbeddedServer) -> None:
    server.start()
    with connect(SUPERUSER, server.settings, dbname="postgres", autocommit=True) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept values (1)")
    pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    assert server.start() is True
    with connect(SUPERUSER, server.settings, dbname="postgres") as connection:
        assert connection.execute("select n from kept").fetchall() == [(1,)]


def test_wrong_password_is_refused(server: EmbeddedServer) -> None:
    server.start()
    d = server.settings.database(SUPERUSER, "postgres") | {"password": "wrong"}
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(**d)


def test_a_port_taken_meanwhile_is_exchanged(server: EmbeddedServer) -> None:
    server.start()
    server.stop()
    old = server.settings.state()["postgres_port"]
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", old))
        squatter.listen()
        server.start()
        assert server.settings.state()["postgres_port"] != old


def test_remembered_port_is_kept_when_free() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    assert choose_free_port(free, range(0)) == free


def test_an_installation_never_set_up_says_so(tmp_path: Path) -> None:
    with pytest.raises(LumbungError, match="not set up"):
        connect(Role.READER, Settings(root=tmp_path, home=tmp_path))


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        (Role.READER, "select * from raw.staple_prices"),
        (Role.READER, "select * from intake.submissions"),
        (Role.READER, "create table marts.mine (n int)"),
        (Role.PLANNER, "select * from intake.findings"),
        (Role.ENGINEER, "insert into audit.nights (business_date, run_id) values (current_date, 'x')"),
        (Role.INGEST, "select * from build.anything"),
        (Role.INGEST, "delete from raw.staple_prices"),
        (Role.TRANSFORM, "insert into intake.offices values ('3510', 'x', 'folder', true)"),
        (Role.PUBLISH, "create table marts.mine (n int)"),
        (Role.READER, "create table public.mine (n int)"),
    ],
)
def test_roles_hold_no_more_than_they_need(warehouse: Settings, role: Role, statement: str) -> None:
    with connect(role, warehouse) as connection, pytest.raises(psycopg.Error) as raised:
        connection.execute(statement)
    assert raised.value.sqlstate in {"42501", "25006"}  # insufficient privilege, read-only transaction


def test_engineer_reads_everything(warehouse: Settings) -> None:
    with connect(Role.ENGINEER, warehouse) as connection:
        for table in ("intake.submissions", "raw.staple_prices", "audit.publication"):
            connection.execute(f"select * from {table}")


def test_roles_are_made_twice_without_harm(warehouse: Settings) -> None:
    ensure_roles_and_databases(warehouse)
    ensure_roles_and_databases(warehouse)
    with connect(Role.INGEST, warehouse) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
