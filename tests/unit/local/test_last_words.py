"""What a night ends with, and what `make status` says of the services."""

import io
from typing import Any

import pytest
from rich.console import Console

from lumbung.local import nightly, status
from lumbung.local.airflow import COMPONENTS, LocalAirflow
from lumbung.local.airflow_config import UI_USER
from lumbung.settings import Settings


@pytest.fixture
def said(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The last words of a night: called with the outcome, whether Airflow stays up, offices not reached."""
    unreached: list[Any] = []
    monkeypatch.setattr("lumbung.warehouse.connection.connect", lambda *_: io.StringIO())
    monkeypatch.setattr("lumbung.report.summary.load_summary", lambda _: "SUMMARY")
    monkeypatch.setattr(
        "lumbung.report.terminal.print_summary", lambda summary, console: console.print(summary)
    )

    monkeypatch.setattr(nightly, "offices_unreached", lambda *_: unreached.pop() if unreached else None)

    monkeypatch.setattr(nightly, "offices_unanswered", lambda *_: unreached.pop() if unreached else None)

    def of(outcome: str, is_up: bool, *tables: Any) -> str:
        unreached.extend(tables)
        monkeypatch.setattr(LocalAirflow, "is_up", lambda _: is_up)
        out = io.StringIO()
        console = Console(file=out, width=80)
        nightly._say_what_came_out(settings, console, nightly._Outcome("run", 1, outcome, 41.26))
        return out.getvalue()

    return of


def test_it_says_what_came_out_and_where_to_look(said: Any, settings: Settings) -> None:
    home = f"LUMBUNG_HOME={settings.home} "
    assert said("published", False).splitlines() == [
        "",
        "SUMMARY",
        "",
        "Published: 41.3 s from trigger to end. Where to look:",
        f"  page                 {settings.pages}/current/ringkasan.html",
        f"  answers to offices   {settings.outbox}",
        f"  warehouse, its URL   {home}.venv/bin/lumbung url",
        f"  Airflow and pages    {home}make up",
        f"  stop everything      {home}make down",
    ]


def test_an_airflow_that_stays_up_is_named_with_its_user(said: Any, settings: Settings) -> None:
    words = said("nothing_new", True)
    assert "Nothing new, no release written: 41.3 s" in words
    assert "Airflow              http://127.0.0.1:18179\n" in words
    assert f"password of {UI_USER}    LUMBUNG_HOME={settings.home} .venv/bin/lumbung password\n" in words
    assert "make up" not in words


def test_offices_that_were_not_reached_stand_before_the_places_to_look(said: Any) -> None:
    lines = said("published", False, "3510: the line").splitlines()
    assert lines[1:4] == ["SUMMARY", "", "3510: the line"]


@pytest.mark.parametrize(
    ("running", "answers", "words"),
    [
        (set(), False, "stopped"),
        ({"pages"}, False, "stopped"),
        (set(COMPONENTS), True, "http://127.0.0.1:18179"),
        (set(COMPONENTS), False, "starting: http://127.0.0.1:18179 does not answer yet"),
        ({"api-server", "dag-processor"}, True, "damaged: scheduler not running; `make up` starts all again"),
    ],
)  # fmt: skip
def test_status_tells_a_damaged_airflow_from_one_that_is_stopped(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, running: set[str], answers: bool, words: str
) -> None:
    monkeypatch.setattr(LocalAirflow, "running", lambda _: dict.fromkeys(running))
    monkeypatch.setattr(LocalAirflow, "_answers", lambda _: answers)
    assert status._airflow_words(LocalAirflow(settings), running) == words
