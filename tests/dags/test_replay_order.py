"""What the first task of a replay run does with the run's parameters."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from lumbung.errors import LumbungError
from lumbung.intake.changes import Who
from lumbung.intake.replays import Selection
from lumbung.night import Night

NOTHING = {"submissions": None, "dataset": None, "office": None, "from": None, "to": None, "apply": False}
NOBODY = {"reason": None, "by": None}
CHOSEN = {"dataset": "staple_prices", "from": "2026-07-01", "to": "2026-07-28"}
SELECTION = Selection(dataset="staple_prices", period_from=date(2026, 7, 1), period_to=date(2026, 7, 28))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    from lumbung import replay

    made: list[tuple[Any, ...]] = []
    monkeypatch.setattr(replay, "rehearse", lambda _, selection: made.append(("rehearse", selection)) or [])
    monkeypatch.setattr(
        replay, "order", lambda _, selection, who: made.append(("order", selection, who)) or []
    )
    monkeypatch.setattr(replay, "open_run", lambda _, run_id: Night(7, date(2026, 7, 28), "", {}))
    return made


def order(monkeypatch: pytest.MonkeyPatch, **parameters: Any) -> Any:
    from lumbung.airflow import replays

    context = {"params": NOTHING | NOBODY | parameters, "dag_run": SimpleNamespace(run_id="manual__1")}
    monkeypatch.setattr(replays, "get_current_context", lambda: context)
    return replays.order_replay()


def test_without_a_selection_it_takes_up_what_is_marked(monkeypatch: Any, calls: list[Any]) -> None:
    assert order(monkeypatch)["night_id"] == 7
    assert calls == []


def test_without_apply_it_shows_and_stops(monkeypatch: Any, calls: list[Any]) -> None:
    assert order(monkeypatch, **CHOSEN) is None
    assert calls == [("rehearse", SELECTION)]


def test_with_apply_it_shows_and_marks(monkeypatch: Any, calls: list[Any]) -> None:
    night = order(monkeypatch, **CHOSEN, apply=True, reason="alias baru", by="Ratna")
    assert Night.from_dict(night).business_date == date(2026, 7, 28)
    assert calls == [("rehearse", SELECTION), ("order", SELECTION, Who("Ratna", "alias baru"))]


def test_nobody_changes_anything_without_a_name_and_a_reason(monkeypatch: Any, calls: list[Any]) -> None:
    with pytest.raises(LumbungError, match="a name and a reason"):
        order(monkeypatch, submissions=["3507-SP-0123456789"], apply=True)
    assert [call[0] for call in calls] == ["rehearse"]
