"""The Airflow processes of a local installation: API server, scheduler, DAG processor.

They are found again by a mark in their environment, not by pid files alone: a worker that outlived a killed
scheduler carries the same mark and is ended too. Airflow's processes change their titles, which by default
overwrites the environment that others see; ``SPT_NOENV`` keeps it.
"""

import contextlib
import subprocess
import sys
import time
from pathlib import Path

import psutil

from lumbung.errors import LumbungError
from lumbung.local import airflow_config
from lumbung.local.airflow_api import AirflowApi
from lumbung.settings import Settings
from lumbung.warehouse.embedded import choose_free_port

MARK = "LUMBUNG_COMPONENT"
COMPONENTS = {
    "api-server": ["api-server"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
}
START_TIMEOUT_SECONDS = 180
_ATTEMPTS = 3
PAGES = "pages"
_PREFERRED_PORTS = range(18080, 18180)
_PREFERRED_PAGES_PORTS = range(18200, 18300)


class _NotOursError(LumbungError):
    """Another program answers on the port."""


class LocalAirflow:
    """Starts, finds and ends the Airflow processes of one installation."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._is_anothers = False

    @property
    def port(self) -> int | None:
        """Port of the API server, once chosen."""
        return self.settings.state().get("airflow_port")

    @property
    def url(self) -> str:
        """Address of the UI."""
        return f"http://127.0.0.1:{self.port}"

    def running(self) -> dict[str, psutil.Process]:
        """The main process of each component that is alive."""
        found: dict[str, psutil.Process] = {}
        for name, pid, created in self.settings.state().get("airflow_processes", []):
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(pid)
                if abs(process.create_time() - created) < 1 and process.status() != psutil.STATUS_ZOMBIE:
                    found[name] = process
        return found

    @property
    def pages_url(self) -> str:
        """Address of the planner pages."""
        return f"http://127.0.0.1:{self.settings.state().get('pages_port')}"

    def is_up(self) -> bool:
        """Whether all components are alive and the API answers."""
        return set(self.running()) >= set(COMPONENTS) and self._answers()

    def migrate(self) -> None:
        """Bring Airflow's metadata database to the installed version.

        Raises:
            LumbungError: when the migration fails.
        """
        airflow_config.ensure_keys(self.settings)
        log = self.settings.logs / "airflow-migrate.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w") as file:
            result = subprocess.run(
                [*_airflow(), "db", "migrate"],
                env=airflow_config.environment(self.settings, self.port or _PREFERRED_PORTS[0]),
                stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
        if result.returncode:
            raise LumbungError(
                "Airflow could not prepare its database.",
                "The scheduler cannot start; the warehouse itself is untouched.",
                f"Read the end of {log}, mend what it names, and run the command again.",
            )

    def start(self, for_good: bool = False) -> None:
        """Start all components and wait until the API answers; ends what an earlier start left behind.

        Args:
            for_good: Stay up for users: serve the planner pages, and run DAGs on their schedules (unless the
                warehouse holds the sample, whose date is fixed). Otherwise only triggered runs are run.

        Raises:
            LumbungError: when a component ends or the API does not answer in time; names the log.
        """
        if self.is_up() and (not for_good or PAGES in self.running()):
            return
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._start(for_good)
            except _NotOursError:
                # Another program took the port between choosing and using it: the next choice sees it.
                continue
        return self._start(for_good)

    def _start(self, for_good: bool) -> None:
        """Start all components on a free port and wait for them; once."""
        self.stop()
        port = self._choose_port()
        has_schedule = for_good and "sample" not in self.settings.state()
        environment = airflow_config.environment(self.settings, port) | {
            "LUMBUNG_SCHEDULE": "on" if has_schedule else "off",
            "SPT_NOENV": "1",
        }
        started = []
        commands = {name: [*_airflow(), *arguments] for name, arguments in COMPONENTS.items()}
        if for_good:
            commands[PAGES] = self._pages_command()
        for name, command in commands.items():
            with self.log(name).open("a") as file:
                process = subprocess.Popen(
                    command,
                    env=environment | {MARK: name},
                    stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
                    start_new_session=True, cwd=self.settings.home,
                )  # fmt: skip
            started.append([name, process.pid, psutil.Process(process.pid).create_time()])
            self.settings.update_state(airflow_processes=started)
        self._wait()

    def stop(self) -> int:
        """End every process that carries this installation's mark; returns how many there were."""
        family = self.processes()
        for process in family:
            with contextlib.suppress(psutil.Error):
                process.terminate()
        # A worker whose scheduler was killed ignores the request; tasks may be run again, so none is lost.
        _, alive = psutil.wait_procs(family, timeout=6)
        for process in alive:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(alive, timeout=10)
        if self.settings.state().get("airflow_processes"):
            self.settings.update_state(airflow_processes=[])
        return len(family)

    def log(self, component: str) -> Path:
        """The log file of a component."""
        folder = self.settings.logs
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"airflow-{component}.log"

    def _pages_command(self) -> list[str]:
        port = choose_free_port(self.settings.state().get("pages_port"), _PREFERRED_PAGES_PORTS)
        self.settings.update_state(pages_port=port)
        self.settings.pages.mkdir(parents=True, exist_ok=True)
        folder = str(self.settings.pages)
        return [sys.executable, "-m", "lumbung.local.pages", str(port), folder]

    def processes(self) -> list[psutil.Process]:
        """Every process of this installation, also those whose parent has died."""
        home = str(self.settings.home)
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                environ = process.environ()
                if environ.get(MARK) and environ.get("LUMBUNG_HOME") == home:
                    found.append(process)
        return found

    def _choose_port(self) -> int:
        port = choose_free_port(self.port, _PREFERRED_PORTS)
        if port != self.port:
            self.settings.update_state(airflow_port=port)
        return port

    def _wait(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not self._answers():
            if self._is_anothers:
                self.stop()
                raise _NotOursError(
                    f"On port {self.port} of this machine answers a program that is not this Airflow.",
                    "The night cannot run: another installation took the port at the same moment.",
                    "Run the command again; `lumbung status` of the other installation says who it is.",
                )
            dead = sorted(set(COMPONENTS) - set(self.running()))
            if dead or time.monotonic() > deadline:
                self.stop()
                name = dead[0] if dead else "api-server"
                raise LumbungError(
                    f"Airflow's {name} {'ended at once' if dead else 'does not answer'}.",
                    "The night cannot run.",
                    f"Read the end of {self.log(name)}, mend what it names, and run the command again.",
                )
            time.sleep(0.3)

    def _answers(self) -> bool:
        """Whether our own API answers; another installation's answers too, and refuses our password."""
        self._is_anothers = False
        password = self.settings.secrets().get("airflow_ui")
        if not self.port or password is None:
            return False
        try:
            return AirflowApi(self.url, password).lets_in()
        except PermissionError:
            self._is_anothers = True
            return False


def _airflow() -> list[str]:
    return [sys.executable, "-m", "airflow"]
