"""A small client of Airflow's REST API: trigger a run, follow it."""

import json
import urllib.error
import urllib.request
from typing import Any

from lumbung.errors import LumbungError
from lumbung.local.airflow_config import UI_USER


class AirflowApi:
    """The REST API of the local Airflow.

    Args:
        url: Address of the API server, without a path.
        password: Password of the installation's UI user.
    """

    def __init__(self, url: str, password: str) -> None:
        self.url = url
        self._password = password
        self._token = ""

    def lets_in(self) -> bool:
        """Whether the API answers and knows the password; False where nobody answers yet.

        Raises:
            PermissionError: Something answers there and does not know it, so it is another program.
        """
        body = json.dumps({"username": UI_USER, "password": self._password}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/auth/token", body, headers)  # noqa: S310 - loopback
        try:
            with urllib.request.urlopen(request, timeout=2) as answer:  # noqa: S310
                return "access_token" in json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code in (401, 403, 404, 405):
                raise PermissionError(self.url) from error
            return False
        except (OSError, ValueError):
            return False

    def trigger(self, dag_id: str, run_id: str, logical_date: str, conf: dict[str, Any]) -> None:
        """Create a run of a DAG."""
        self._call(
            "POST",
            f"/api/v2/dags/{dag_id}/dagRuns",
            {"dag_run_id": run_id, "logical_date": logical_date, "conf": conf},
        )

    def knows(self, dag_id: str) -> bool:
        """Whether the scheduler has the DAG, parsed and free of import errors."""
        try:
            return bool(self._call("GET", f"/api/v2/dags/{dag_id}")["dag_id"] == dag_id)
        except LookupError:
            return False

    def import_errors(self) -> list[str]:
        """Files of the DAG folder that could not be imported, with the last line of the reason."""
        errors = self._call("GET", "/api/v2/importErrors")["import_errors"]
        return [f"{e['filename']}: {e['stack_trace'].strip().splitlines()[-1]}" for e in errors]

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """A run: ``state``, ``start_date``, ``end_date``, …"""
        return self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")

    def unfinished_runs(self, dag_id: str) -> list[str]:
        """Identifiers of the runs that are queued or running."""
        answer = self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns?state=running&state=queued&limit=100")
        return [run["dag_run_id"] for run in answer["dag_runs"]]

    def fail_run(self, dag_id: str, run_id: str) -> None:
        """Mark a run failed, with the tasks it was running."""
        self._call("PATCH", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}", {"state": "failed"})

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """The task instances of a run: ``task_id``, ``rendered_map_index``, ``state``, …"""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances?limit=200"
        instances: list[dict[str, Any]] = self._call("GET", path)["task_instances"]
        return instances

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        if not self._token:
            answer = self._send("POST", "/auth/token", {"username": UI_USER, "password": self._password}, "")
            self._token = answer["access_token"]
        return self._send(method, path, body, self._token)

    def _send(self, method: str, path: str, body: dict[str, Any] | None, token: str) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - our own loopback address
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                content: dict[str, Any] = json.load(answer)
                return content
        except urllib.error.HTTPError as error:
            if error.code == 404:
                raise LookupError(path) from error
            raise LumbungError(
                f"Airflow refused {method} {path}: {error.code} {error.read()[:500]!r}",
                "The run was not started or cannot be followed.",
                "Look at `make status` and the log of the API server.",
            ) from error
