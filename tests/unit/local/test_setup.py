"""Set-up: skipped when nothing changed, begun again when code did, refused on a full disk."""

import io
import shutil
from collections import namedtuple
from typing import Any

import pytest
from rich.console import Console

from lumbung.errors import LumbungError
from lumbung.local import setup
from lumbung.local.steps import Steps
from lumbung.settings import Settings


class World:
    """Set-up with every step that needs a server replaced by a note that it was done."""

    def __init__(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        self.settings = settings
        self.done: list[str] = []
        self.out = io.StringIO()
        self.code = "1"

        def note(name: str, result: Any = None) -> Any:
            return lambda *_: (self.done.append(name), result)[1]

        monkeypatch.setattr(setup, "code_version", lambda _: self.code)
        monkeypatch.setattr("lumbung.warehouse.roles.ensure_roles_and_databases", note("roles"))
        monkeypatch.setattr("lumbung.warehouse.migrate.migrate", note("migrate", ["0001"]))
        monkeypatch.setattr("lumbung.build.manifest.parse", note("parse"))
        monkeypatch.setattr("lumbung.build.manifest.mart_models", lambda _: [])
        monkeypatch.setattr("lumbung.publish.schema.sync", note("sync", ["a", "b"]))
        monkeypatch.setattr("lumbung.warehouse.connection.connect", lambda *_: io.StringIO())
        monkeypatch.setattr(setup.LocalAirflow, "migrate", note("airflow"))
        monkeypatch.setattr(setup.EmbeddedServer, "start", note("start", True))

    def run(self) -> list[str]:
        self.done.clear()
        self.out.truncate(0)
        self.out.seek(0)
        setup.ensure_setup(self.settings, Steps(Console(file=self.out, width=80)))
        return list(self.done)


ALL = ["start", "roles", "migrate", "parse", "sync", "airflow"]


@pytest.fixture
def world(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(settings, monkeypatch)


def test_the_second_time_only_sees_that_the_server_runs(world: World) -> None:
    assert world.run() == ALL
    assert [line.split()[0] for line in world.out.getvalue().splitlines()] == [
        "postgresql", "warehouse", "marts", "airflow"
    ]  # fmt: skip
    assert "1 migration " in world.out.getvalue()
    assert "2 changes to the published tables" in world.out.getvalue()
    assert world.run() == ["start"]
    assert len(world.out.getvalue().splitlines()) == 1


def test_new_code_is_set_up(world: World) -> None:
    world.run()
    world.code = "2"
    assert world.run() == ALL


def test_a_set_up_that_failed_is_not_skipped_the_next_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:

        def fail(*_: Any) -> None:
            raise LumbungError("Airflow could not prepare its database.")

        broken.setattr(setup.LocalAirflow, "migrate", fail)
        with pytest.raises(LumbungError):
            world.run()
    assert world.run() == ALL


def test_another_server_gets_its_roles_every_time_and_no_airflow(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUMBUNG_DB_HOST", "db.example")
    assert world.run() == ["roles", "migrate", "parse", "sync"]
    assert world.run() == ["roles", "migrate"]


def test_a_full_disk_is_refused_before_anything_starts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 1))
    with pytest.raises(LumbungError, match="Less than 2 GB") as raised:
        world.run()
    assert "LUMBUNG_HOME" in raised.value.remedy
    assert world.done == []
