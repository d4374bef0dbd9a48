"""The stages' frame: what passes between tasks; every outcome is written before an error leaves."""

import json
import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lumbung import night as stages
from lumbung.errors import LumbungError
from lumbung.night import HISTORY_STAGES, Night, _stage
from lumbung.settings import Role, Settings

ROOT = Path(__file__).resolve().parents[2]
NIGHT = Night(7, date(2026, 7, 28), "/in box", {"staple_prices": "SP"}, is_history=True)


class Events(list[tuple[Any, ...]]):
    """What happened, in order; also stands in for a connection."""

    def __enter__(self) -> "Events":
        return self

    def __exit__(self, *_: object) -> None:
        self.append(("closed",))

    def execute(self, statement: str, parameters: list[Any]) -> None:
        self.append(("lock", *parameters))


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> Events:
    made = Events()

    def connect(role: Role, settings: Settings, **options: Any) -> Events:
        assert role is Role.INGEST
        return made

    def record(_: Any, night_id: int, stage: str, item: str, at: Any, seconds: float, *rest: Any) -> None:
        made.append(("recorded", night_id, stage, item, *rest))

    monkeypatch.setattr("lumbung.warehouse.connection.connect", connect)
    monkeypatch.setattr("lumbung.intake.ledger.record_stage", record)
    monkeypatch.setattr("lumbung.intake.ledger.finish_night", lambda _, *rest: made.append(("ended", *rest)))
    return made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(root=ROOT, home=tmp_path)


def test_a_night_survives_being_passed_as_json() -> None:
    passed = json.loads(json.dumps(NIGHT.as_dict()))
    assert passed["business_date"] == "2026-07-28"
    assert Night.from_dict(passed) == NIGHT


def test_a_stage_that_ends_well_is_recorded_with_its_counts(events: Events, settings: Settings) -> None:
    with _stage(settings, 7, "load") as stage:
        stage.counts = {"files": 3}
    assert events == [("lock", "load"), ("recorded", 7, "load", "", {"files": 3}, None), ("closed",)]


def test_a_failure_is_recorded_before_the_error_leaves(events: Events, settings: Settings) -> None:
    def decode() -> None:
        with _stage(settings, 7, "decode") as stage:
            stage.counts = {"files": 1}
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        decode()
    assert events == [
        ("lock", "decode"),
        ("recorded", 7, "decode", "", {"files": 1}, "OSError: disk full"),
        ("ended", 7, "failed"),
        ("closed",),
    ]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1)])
def test_an_interruption_is_a_failure_too(events: Events, settings: Settings, error: BaseException) -> None:
    with pytest.raises(type(error)), _stage(settings, 7, "check"):
        raise error
    assert ("ended", 7, "failed") in events


def test_an_office_that_fails_does_not_fail_the_night(events: Events, settings: Settings) -> None:
    with pytest.raises(OSError, match="away"), _stage(settings, 7, "collect", "3510"):
        raise OSError("away")
    assert ("lock", "collect3510") in events
    assert ("recorded", 7, "collect", "3510", {}, "OSError: away") in events
    assert not any(event[0] == "ended" for event in events)


def test_a_failure_beyond_measure_is_shortened(events: Events, settings: Settings) -> None:
    with pytest.raises(ValueError, match="x"), _stage(settings, 7, "build"):
        raise ValueError("x" * 100_000)
    assert len(events[1][-1]) == 4000


def test_the_log_tells_counts_and_seconds(
    events: Events, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "lumbung.night"), _stage(settings, 7, "load") as stage:
        stage.counts = {"files": 3}
    assert "load" in caplog.text
    assert "{'files': 3}" in caplog.text


class TestHistory:
    @pytest.fixture
    def ran(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        names: list[str] = []
        offices = [{"regency_code": code, "office_name": code} for code in ("3501", "3502")]

        def open_night(_: Settings, day: date, inbox: str, run_id: str, is_history: bool) -> Any:
            assert is_history
            assert Path(inbox).is_absolute()
            return Night(1, day, inbox, {}, is_history), offices

        def stage(name: str, counts: dict[str, Any]) -> Any:
            return lambda *_: (names.append(name), counts)[1]

        monkeypatch.setattr(stages, "open_night", open_night)
        monkeypatch.setattr(
            stages, "collect", stage("collect", {"received": 2, "repeated": 1, "warnings": []})
        )
        for name in HISTORY_STAGES[1:]:
            monkeypatch.setattr(stages, name, stage(name, {"of": name}))
        return names

    def load(self, settings: Settings, inbox: Path) -> Iterator[tuple[str, dict[str, Any]]]:
        return stages.load_history(settings, inbox, date(2026, 7, 27), "run")

    def test_yields_every_stage_in_order_with_its_counts(
        self, ran: list[str], settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path.parent)
        results = list(self.load(settings, Path(tmp_path.name)))
        assert [name for name, _ in results] == list(HISTORY_STAGES)
        assert ran == ["collect", *HISTORY_STAGES]
        assert results[0][1] == {"offices": 2, "received": 4, "repeated": 2}
        assert results[1][1] == {"of": "decode"}

    def test_runs_a_stage_only_when_asked_for_it(
        self, ran: list[str], settings: Settings, tmp_path: Path
    ) -> None:
        results = self.load(settings, tmp_path)
        next(results)
        assert ran == ["collect", "collect"]

    def test_refuses_a_folder_that_is_not_there(
        self, ran: list[str], settings: Settings, tmp_path: Path
    ) -> None:
        with pytest.raises(LumbungError, match="There is no folder"):
            list(self.load(settings, tmp_path / "nowhere"))
        assert ran == []


def test_contracts_are_read_once_per_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    read: list[Path] = []

    def load_contracts(folder: Path) -> dict[str, Any]:
        read.append(folder)
        return {"staple_prices": object()}

    monkeypatch.setattr("lumbung.contracts.load.load_contracts", load_contracts)
    one, other = (Settings(root=tmp_path / name, home=tmp_path) for name in ("one", "other"))
    assert stages._contracts(one) is stages._contracts(one)
    assert stages._contracts(one) is not stages._contracts(other)
    assert read == [one.expectations, other.expectations]
