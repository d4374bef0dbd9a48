"""Whether a run that is being followed can still end: its services live, and something moves.

A scheduler can look alive and start nothing more, for instance when a worker was killed while it held
the lock of the queue that all share. Nobody should wait for such a run.
"""

import time
from typing import Any

from lumbung.errors import LumbungError
from lumbung.local.airflow import COMPONENTS, LocalAirflow
from lumbung.warehouse.embedded import EmbeddedServer

SILENCE_SECONDS = 60
"""How long the API may fail to answer while everything lives."""

STANDSTILL_SECONDS = 45
"""How long no task may run or change its state; more than a task waits before it is tried again."""


class RunWatch:
    """Looks after one run; each look either returns or says why there is no point in waiting.

    Args:
        airflow: The processes of the installation.
        server: Its PostgreSQL.
    """

    def __init__(self, airflow: LocalAirflow, server: EmbeddedServer) -> None:
        self._airflow = airflow
        self._server = server
        self._answered = self._moved = time.monotonic()
        self._states: list[tuple[str, int, str | None]] = []

    def see(self, tasks: list[dict[str, Any]]) -> None:
        """Look at an answer of the API: the run's task instances.

        Raises:
            LumbungError: when a service has ended, or nothing has moved for too long.
        """
        self._answered = time.monotonic()
        states = sorted((task["task_id"], task["map_index"], task["state"]) for task in tasks)
        if states != self._states or any(task["state"] == "running" for task in tasks):
            self._states, self._moved = states, self._answered
        if dead := sorted(set(COMPONENTS) - set(self._airflow.running())):
            raise self._interrupted(f"Airflow's {dead[0]} ended while the night was running.")
        if self._answered - self._moved > STANDSTILL_SECONDS:
            raise self._interrupted("Airflow's scheduler has stopped starting tasks.")

    def miss(self, error: Exception) -> None:
        """Look at a failure to answer, which may be one moment's.

        Raises:
            LumbungError: when the reason is that a service has ended, or the silence lasts too long.
        """
        if not self._server.is_running():
            raise self._interrupted("PostgreSQL ended while the night was running.") from error
        if dead := sorted(set(COMPONENTS) - set(self._airflow.running())):
            raise self._interrupted(f"Airflow's {dead[0]} ended while the night was running.") from error
        if time.monotonic() - self._answered > SILENCE_SECONDS:
            raise self._interrupted("Airflow has stopped answering.") from error

    def _interrupted(self, what: str) -> LumbungError:
        return LumbungError(
            what,
            "What was collected and judged is kept; nothing half-built was published.",
            f"Run the same command again: it goes on from there. Log: {self._airflow.log('scheduler')}",
        )
