"""One dbt command inside this process: quiet, without telemetry, its files under ``LUMBUNG_HOME``."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lumbung.errors import LumbungError
from lumbung.settings import Role, Settings

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult


@dataclass(frozen=True)
class NodeFinished:
    """One dbt node that ended: how many have ended of how many, its name and status (pass, success, …)."""

    index: int
    total: int
    name: str
    status: str


OnEvent = Callable[[NodeFinished], None]

_RESULT_EVENTS = frozenset({"LogModelResult", "LogTestResult", "LogSeedResult", "LogSnapshotResult"})


def target_path(settings: Settings) -> Path:
    """Where dbt keeps manifest, compiled SQL and partial parse of this installation."""
    return settings.home / "dbt" / "target"


def invoke(
    settings: Settings,
    arguments: list[str],
    *,
    needs_database: bool = True,
    on_event: OnEvent | None = None,
) -> "dbtRunnerResult":
    """Run one dbt command; never raises for what dbt itself reports.

    Args:
        settings: The installation.
        arguments: The command and its options, such as ``["parse"]``.
        needs_database: False when the command works on files alone.
        on_event: Told of every node that ended.
    """
    logs = settings.logs / "dbt"
    logs.mkdir(parents=True, exist_ok=True)
    common = [
        "--no-send-anonymous-usage-stats",
        "--no-version-check",
        "--no-use-colors",
        "--log-level=none",
        "--log-level-file=info",
        f"--log-path={logs}",
        *arguments,
        f"--project-dir={settings.dbt_project}",
        f"--profiles-dir={settings.dbt_project}",
        f"--target-path={target_path(settings)}",
    ]
    with _environment(_profile(settings, needs_database)):
        # dbt reads the environment when it is imported, so the import stands inside.
        from dbt.cli.main import dbtRunner

        return dbtRunner(callbacks=[_listener(on_event)] if on_event else []).invoke(common)


def _listener(on_event: OnEvent) -> Callable[[Any], None]:
    def listen(event: Any) -> None:
        if event.info.name in _RESULT_EVENTS:
            data = event.data
            # The same figure has two names in dbt's events.
            total = data.num_models if event.info.name == "LogTestResult" else data.total
            on_event(NodeFinished(data.index, total, data.node_info.node_name, str(data.status).lower()))

    return listen


def _profile(settings: Settings, needs_database: bool) -> dict[str, str]:
    """What dbt_project/profiles.yml asks of the environment; values that reach nobody when files suffice.

    Once there is an installation, its values serve for parsing too: dbt parses everything again whenever they
    change.
    """
    try:
        d = settings.database(Role.TRANSFORM)
    except LumbungError:
        if needs_database:
            raise
        d = {"host": "127.0.0.1", "port": "1", "password": "none"}
    return {
        "LUMBUNG_DB_HOST": d["host"],
        "LUMBUNG_DB_PORT": d["port"],
        "LUMBUNG_TRANSFORM_PASSWORD": d["password"],
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
