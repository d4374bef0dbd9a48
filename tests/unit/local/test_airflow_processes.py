"""Finding and ending the Airflow processes of one installation, and no other's."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request

import psutil
import pytest

from lumbung.errors import LumbungError
from lumbung.local import airflow as module
from lumbung.local.airflow import COMPONENTS, MARK, LocalAirflow
from lumbung.local.airflow_api import AirflowApi
from lumbung.settings import Settings


class Processes:
    """Sleeping processes with an environment of one's choice; ended after the test."""

    def __init__(self) -> None:
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, **environment: str) -> psutil.Process:
        plain = {k: v for k, v in os.environ.items() if k not in {MARK, "LUMBUNG_HOME"}}
        made = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", "print(flush=True); import time; time.sleep(120)"],
            env=plain | environment,
            stdout=subprocess.PIPE,
        )
        self.started.append(made)
        assert made.stdout is not None
        made.stdout.readline()
        return psutil.Process(made.pid)

    def end(self) -> None:
        for made in self.started:
            made.kill()
            made.communicate()


@pytest.fixture
def processes() -> Iterator[Processes]:
    made = Processes()
    yield made
    made.end()


def is_alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def test_stop_ends_what_carries_the_mark_also_when_nothing_was_written_down(
    settings: Settings, processes: Processes
) -> None:
    orphan = processes.start(**{MARK: "scheduler", "LUMBUNG_HOME": str(settings.home)})
    neighbour = processes.start(**{MARK: "scheduler", "LUMBUNG_HOME": f"{settings.home}2"})
    unmarked = processes.start(LUMBUNG_HOME=str(settings.home))
    assert LocalAirflow(settings).stop() == 1
    assert not is_alive(orphan)
    assert is_alive(neighbour)
    assert is_alive(unmarked)
    assert LocalAirflow(settings).stop() == 0


def test_a_process_is_known_by_number_and_birth(settings: Settings, processes: Processes) -> None:
    process = processes.start()
    written = [["scheduler", process.pid, process.create_time()]]
    settings.update_state(airflow_processes=written)
    assert set(LocalAirflow(settings).running()) == {"scheduler"}
    settings.update_state(airflow_processes=[["scheduler", process.pid, process.create_time() - 60]])
    assert LocalAirflow(settings).running() == {}, "another program got the number after a restart"


def test_a_dead_process_is_not_running(settings: Settings, processes: Processes) -> None:
    process = processes.start()
    settings.update_state(airflow_processes=[["scheduler", process.pid, process.create_time()]])
    process.kill()
    psutil.wait_procs([process], timeout=5)
    assert LocalAirflow(settings).running() == {}
    assert not LocalAirflow(settings).is_up()


def test_it_is_up_only_when_every_component_lives_and_the_api_answers(
    settings: Settings, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = processes.start()
    airflow = LocalAirflow(settings)
    monkeypatch.setattr(LocalAirflow, "_answers", lambda _: True)
    settings.update_state(
        airflow_processes=[[name, process.pid, process.create_time()] for name in COMPONENTS]
    )
    assert airflow.is_up()
    settings.update_state(airflow_processes=[["api-server", process.pid, process.create_time()]])
    assert not airflow.is_up()


def test_the_remembered_port_is_kept_and_a_taken_one_exchanged(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: set[int] = set()
    monkeypatch.setattr("lumbung.warehouse.embedded._is_free", lambda port: port not in taken)
    airflow = LocalAirflow(settings)
    assert airflow._choose_port() == 18179
    taken |= {18179, 18080}
    assert airflow._choose_port() == 18081
    assert airflow.port == 18081
    assert airflow.url == "http://127.0.0.1:18081"


def test_pages_keep_a_port_of_their_own(settings: Settings) -> None:
    command = LocalAirflow(settings)._pages_command()
    assert command[1:3] == ["-m", "lumbung.local.pages"]
    assert int(command[3]) == settings.state()["pages_port"] != settings.state()["airflow_port"]
    assert Path(command[4]) == settings.pages
    assert settings.pages.is_dir()


def test_a_component_that_ends_at_once_is_named_with_its_log(
    settings: Settings, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COMPONENTS", {"scheduler": []})
    monkeypatch.setattr(module, "_airflow", lambda: [sys.executable, "-I", "-c", "print('out of luck')"])
    monkeypatch.setattr(LocalAirflow, "_answers", lambda _: False)
    with pytest.raises(LumbungError, match="scheduler ended at once") as raised:
        LocalAirflow(settings).start()
    log = LocalAirflow(settings).log("scheduler")
    assert str(log) in raised.value.remedy
    assert "out of luck" in log.read_text()
    assert settings.state()["airflow_processes"] == []


def test_a_port_that_another_program_took_is_left_to_it(
    settings: Settings, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between choosing a port and using it another installation may have taken it: its API answers there."""
    anothers = {18179, 18080}

    def lets_in(self: AirflowApi) -> bool:
        if int(self.url.rpartition(":")[2]) in anothers:
            raise PermissionError(self.url)
        return True

    free = iter([18179, 18080, 18081, 18179, 18080, 18179])
    monkeypatch.setattr(module, "choose_free_port", lambda *_: next(free))
    monkeypatch.setattr(module, "COMPONENTS", {"scheduler": []})
    sleeps = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(module, "_airflow", lambda: sleeps)
    monkeypatch.setattr(AirflowApi, "lets_in", lets_in)
    airflow = LocalAirflow(settings)
    try:
        airflow.start()
        assert (airflow.port, len(airflow.running())) == (18081, 1)
        airflow.stop()
        with pytest.raises(LumbungError, match="a program that is not this Airflow"):
            airflow.start()
        assert airflow.running() == {}
    finally:
        airflow.stop()


@pytest.mark.parametrize(("status", "is_ours"), [(201, True), (401, None), (503, False)])
def test_who_answers_is_known_by_the_password(
    status: int, is_ours: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(request: Request, timeout: float) -> io.BytesIO:
        if status > 400:
            raise HTTPError(request.full_url, status, "no", Message(), io.BytesIO())
        return io.BytesIO(b'{"access_token": "x"}')

    monkeypatch.setattr("urllib.request.urlopen", answer)
    api = AirflowApi("http://127.0.0.1:18080", "rahasia")
    if is_ours is None:
        with pytest.raises(PermissionError):
            api.lets_in()
    else:
        assert api.lets_in() is is_ours
