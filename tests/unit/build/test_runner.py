"""How dbt is called."""

import os
from types import SimpleNamespace
from typing import Any

import pytest

from lumbung.build import runner
from lumbung.build.runner import NodeFinished
from lumbung.errors import LumbungError
from lumbung.settings import Role, Settings


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Calls of a stand-in for dbt: arguments and the environment it saw."""
    seen: list[Any] = []

    class Runner:
        def __init__(self, callbacks: list[Any]) -> None:
            self.callbacks = callbacks

        def invoke(self, arguments: list[str]) -> SimpleNamespace:
            seen.append((arguments, dict(os.environ), self.callbacks))
            return SimpleNamespace(success=True)

    monkeypatch.setitem(__import__("sys").modules, "dbt.cli.main", SimpleNamespace(dbtRunner=Runner))
    return seen


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    settings = Settings(root=tmp_path / "root", home=tmp_path / "home")
    settings.update_state(postgres_port=5499)
    settings.update_secrets(**{Role.TRANSFORM: "a secret"})
    return settings


def test_password_and_port_are_in_the_environment_only_while_dbt_runs(
    called: list[Any], settings: Settings
) -> None:
    runner.invoke(settings, ["build"])
    arguments, environment, _ = called[0]
    assert environment["LUMBUNG_TRANSFORM_PASSWORD"] == "a secret"
    assert environment["LUMBUNG_DB_PORT"] == "5499"
    assert "LUMBUNG_TRANSFORM_PASSWORD" not in os.environ
    assert not any("a secret" in argument for argument in arguments)


def test_what_the_environment_held_before_is_put_back(
    called: list[Any], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUMBUNG_DB_PORT", "6000")
    runner.invoke(settings, ["build"])
    assert called[0][1]["LUMBUNG_DB_PORT"] == "6000", "the environment wins over the installation's state"
    assert os.environ["LUMBUNG_DB_PORT"] == "6000"


def test_parsing_needs_no_installation(called: list[Any], tmp_path: Any) -> None:
    runner.invoke(Settings(root=tmp_path, home=tmp_path), ["parse"], needs_database=False)
    assert called[0][1]["LUMBUNG_TRANSFORM_PASSWORD"]


def test_building_needs_one(called: list[Any], tmp_path: Any) -> None:
    with pytest.raises(LumbungError, match="not set up"):
        runner.invoke(Settings(root=tmp_path, home=tmp_path), ["build"])
    assert not called


def test_dbt_is_quiet_tells_nobody_and_writes_under_home(called: list[Any], settings: Settings) -> None:
    runner.invoke(settings, ["build"])
    arguments, environment, _ = called[0]
    assert "--no-send-anonymous-usage-stats" in arguments
    assert "--log-level=none" in arguments
    assert f"--target-path={settings.home}/dbt/target" in arguments
    assert f"--log-path={settings.logs}/dbt" in arguments
    assert environment["DO_NOT_TRACK"] == "1"


def test_events_of_ended_nodes_are_passed_on(called: list[Any], settings: Settings) -> None:
    heard: list[NodeFinished] = []
    runner.invoke(settings, ["build"], on_event=heard.append)
    (listen,) = called[0][2]
    node = SimpleNamespace(node_name="fct_price_daily")
    model = SimpleNamespace(index=3, total=9, status="SUCCESS", node_info=node)
    test = SimpleNamespace(index=4, num_models=9, status="pass", node_info=node)
    listen(SimpleNamespace(info=SimpleNamespace(name="LogModelResult"), data=model))
    listen(SimpleNamespace(info=SimpleNamespace(name="LogTestResult"), data=test))
    listen(SimpleNamespace(info=SimpleNamespace(name="MainReportVersion"), data=None))
    assert heard == [
        NodeFinished(3, 9, "fct_price_daily", "success"),
        NodeFinished(4, 9, "fct_price_daily", "pass"),
    ]
