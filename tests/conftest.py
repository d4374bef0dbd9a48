"""Fixtures shared by all tests. Unit tests may not touch the network; the rest may talk to loopback only."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from lumbung.settings import Settings
from tests.installation import empty_warehouse, own_installation

ROOT = Path(__file__).resolve().parents[1]
_LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections: all of them in tests/unit and tests/contracts, all but loopback elsewhere."""
    is_unit = {"unit", "contracts", "dags"} & set(Path(str(request.node.path)).relative_to(ROOT).parts)
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and (is_unit or not str(address[0]).startswith(_LOOPBACK)):
            raise RuntimeError(f"this test may not connect to {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def _server() -> Iterator[Settings]:
    """An embedded PostgreSQL of its own for the test session."""
    with own_installation() as settings:
        yield settings


@pytest.fixture
def warehouse(_server: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation with an empty, migrated warehouse; a fresh one for every test.

    Returns:
        Its settings; ``LUMBUNG_HOME`` points there too. Connect with ``connect(role, warehouse)``.
    """
    monkeypatch.setenv("LUMBUNG_HOME", str(_server.home))
    monkeypatch.delenv("LUMBUNG_DB_HOST", raising=False)
    monkeypatch.delenv("LUMBUNG_DB_PORT", raising=False)
    empty_warehouse(_server)
    for folder in (_server.landing, _server.work, _server.pages):
        shutil.rmtree(folder, ignore_errors=True)
    return _server
