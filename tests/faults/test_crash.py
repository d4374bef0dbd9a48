"""kill -9 at several moments of a night run through Airflow, then the same command again.

The published rows must equal those of an undisturbed night (release numbers and instants apart): nothing
twice, nothing lost.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from lumbung.local.airflow import LocalAirflow
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from lumbung.warehouse.embedded import EmbeddedServer
from tests.nights import fingerprint, office_rows, write_csv

pytestmark = [pytest.mark.database, pytest.mark.airflow]

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 7, 28)
OFFICES = ("3510", "3577", "3578")
NIGHT_TIMEOUT_SECONDS = 240


@dataclass
class Installation:
    settings: Settings
    inbox: Path

    def command(self) -> list[str]:
        arguments = ["nightly", "--inbox", str(self.inbox), "--date", DAY.isoformat()]
        return [sys.executable, "-m", "lumbung.cli", *arguments]

    def environment(self) -> dict[str, str]:
        return os.environ | {"LUMBUNG_HOME": str(self.settings.home), "PYTHONPATH": str(ROOT / "plugins")}

    def start(self) -> subprocess.Popen[bytes]:
        log = (self.settings.home / "nightly.log").open("ab")
        return subprocess.Popen(
            self.command(), env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )

    def run(self) -> None:
        assert self.start().wait(NIGHT_TIMEOUT_SECONDS) == 0, (self.settings.home / "nightly.log").read_text()

    def query(self, statement: str) -> list[Any]:
        with connect(Role.ENGINEER, self.settings) as connection:
            return connection.execute(statement).fetchall()


@pytest.fixture(scope="module")
def inbox() -> Iterator[Path]:
    """Three offices: a clean file, one with a held row, one with a file that a later one corrects."""
    folder = Path(tempfile.mkdtemp(prefix="lumbung-inbox-"))
    settings = Settings(root=ROOT, home=folder)
    for number, code in enumerate(OFFICES):
        path = write_csv(folder, code, office_rows(settings, code, 12, DAY))
        _arrive(path, number)
    held = office_rows(settings, "3577", 12, DAY)
    held[-1][-1] = 120000
    _arrive(write_csv(folder, "3577", held), 1)
    _arrive(
        write_csv(folder, "3578", office_rows(settings, "3578", 3, DAY, base=12400), name="koreksi.csv"), 9
    )
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _arrive(path: Path, minute: int) -> None:
    instant = 1785200000 + 60 * minute
    os.utime(path, (instant, instant))


@pytest.fixture(scope="module")
def prepared() -> Iterator[Path]:
    """A home that is set up and stopped; each test works on a copy."""
    home = Path(tempfile.mkdtemp(prefix="lumbung-crash-"))
    home.chmod(0o755)
    installation = Installation(Settings(root=ROOT, home=home), home)
    subprocess.run(
        [sys.executable, "-m", "lumbung.cli", "setup"],
        env=installation.environment(),
        check=True,
        capture_output=True,
    )
    EmbeddedServer(installation.settings).stop()
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def installation(prepared: Path, inbox: Path) -> Iterator[Installation]:
    made = _copy(prepared, inbox)
    yield made
    _remove(made)


@pytest.fixture(scope="module")
def undisturbed(prepared: Path, inbox: Path) -> dict[str, str]:
    """What a night that nobody disturbed publishes."""
    made = _copy(prepared, inbox)
    made.run()
    published = fingerprint(made.settings)
    assert made.query("select count(*) from marts.release") == [(1,)]
    _remove(made)
    return published


def _copy(prepared: Path, inbox: Path) -> Installation:
    home = Path(tempfile.mkdtemp(prefix="lumbung-crash-"))
    home.chmod(0o755)
    subprocess.run(["cp", "-a", f"{prepared}/.", str(home)], check=True)  # keeps the server user's ownership
    return Installation(Settings(root=ROOT, home=home), inbox)


def _remove(installation: Installation) -> None:
    LocalAirflow(installation.settings).stop()
    EmbeddedServer(installation.settings).delete()
    shutil.rmtree(installation.settings.home, ignore_errors=True)


def scheduler(installation: Installation) -> list[psutil.Process]:
    return [LocalAirflow(installation.settings).running()["scheduler"]]


def worker(installation: Installation) -> list[psutil.Process]:
    """The processes that run tasks, all at once; the scheduler is left alive."""
    return scheduler(installation)[0].children(recursive=True)


def postgres(installation: Installation) -> list[psutil.Process]:
    pid = int((EmbeddedServer(installation.settings).data / "postmaster.pid").read_text().splitlines()[0])
    return [psutil.Process(pid)]


MOMENTS: dict[str, str] = {
    "a receipt is written": "select 1 from intake.receipts",
    "all is decoded": "select 1 from intake.submissions where state = 'decoded'",
    "the first file is loaded": "select 1 from intake.submissions where state = 'loaded'",
    "dbt is building": "select 1 from pg_stat_activity where usename = 'lumbung_transform'",
    "the release is being written": "select 1 from pg_stat_activity where usename = 'lumbung_publish'",
}


@pytest.mark.parametrize(
    ("victim", "moment"),
    [
        (scheduler, "a receipt is written"),
        (worker, "all is decoded"),
        (postgres, "the first file is loaded"),
        (scheduler, "dbt is building"),
        (postgres, "the release is being written"),
    ],
    ids=lambda value: value.__name__ if callable(value) else value,
)
def test_a_killed_night_run_again_publishes_the_same(
    installation: Installation,
    undisturbed: dict[str, str],
    victim: Callable[[Installation], list[psutil.Process]],
    moment: str,
) -> None:
    night = installation.start()
    _await(installation, night, MOMENTS[moment])
    for process in victim(installation):
        process.send_signal(signal.SIGKILL)
    night.wait(NIGHT_TIMEOUT_SECONDS)

    installation.run()

    assert fingerprint(installation.settings) == undisturbed
    assert installation.query("select count(*) from intake.submissions where state <> 'reported'") == [(0,)]
    assert not _processes_in(installation.settings.home), "a process was left behind"


def _processes_in(home: Path) -> list[psutil.Process]:
    """Processes that work in an installation's folder, found without the mark that Lumbung looks for."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if Path(process.cwd()) == home:
                found.append(process)
    return found


def _await(installation: Installation, night: subprocess.Popen[bytes], statement: str) -> None:
    from lumbung.errors import LumbungError

    deadline = time.monotonic() + timedelta(minutes=2).total_seconds()
    while time.monotonic() < deadline:
        assert night.poll() is None, "the night ended before the moment came"
        try:
            if installation.query(statement):
                return
        except LumbungError:
            pass  # the server is still starting
        time.sleep(0.02)
    raise AssertionError(f"never came: {statement}")
