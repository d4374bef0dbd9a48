"""Airflow's environment: no default password, own secrets only, nothing inherited by chance."""

import json
import re
import stat
from pathlib import Path

import pytest

from lumbung.local import airflow_config
from lumbung.settings import Settings

_SECRET = re.compile(r"PASSWORD$|SECRET|FERNET|SQL_ALCHEMY_CONN")


def test_every_secret_is_this_installations(settings: Settings, tmp_path: Path) -> None:
    environment = airflow_config.environment(settings, 18100)
    generated = settings.secrets()
    other = Settings(root=settings.root, home=tmp_path / "other")
    airflow_config.ensure_keys(other)
    for name, key in {
        "AIRFLOW__CORE__FERNET_KEY": "airflow_fernet_key",
        "AIRFLOW__API_AUTH__JWT_SECRET": "airflow_jwt_secret",
        "AIRFLOW__API__SECRET_KEY": "airflow_api_secret_key",
    }.items():
        assert environment[name] == generated[key]
        assert len(environment[name]) >= 32
        assert other.secrets()[key] != generated[key]
    address = environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    assert address == f"postgresql+psycopg2://airflow:{generated['airflow']}@127.0.0.1:54399/airflow"
    assert other.secrets()["airflow_ui"] != generated["airflow_ui"]


def test_nothing_shared_is_secret(settings: Settings) -> None:
    assert [name for name in airflow_config.SHARED if _SECRET.search(name)] == []
    generated = set(settings.secrets().values())
    assert generated.isdisjoint(airflow_config.SHARED.values())


def test_the_ui_password_stands_in_a_file_of_the_owner_alone(settings: Settings) -> None:
    environment = airflow_config.environment(settings, 18100)
    password = settings.secrets()["airflow_ui"]
    assert not any(password in value for value in environment.values())
    file = Path(environment["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])
    assert json.loads(file.read_text()) == {airflow_config.UI_USER: password}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert password not in {"admin", "airflow", ""}


def test_a_changed_ui_password_reaches_the_file(settings: Settings) -> None:
    file = airflow_config.password_file(settings)
    settings.update_secrets(airflow_ui="new one")
    assert airflow_config.password_file(settings) == file
    assert json.loads(file.read_text()) == {airflow_config.UI_USER: "new one"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_keys_are_made_once(settings: Settings) -> None:
    before = settings.secrets()
    airflow_config.ensure_keys(settings)
    assert settings.secrets() == before


def test_another_airflows_settings_are_not_inherited(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__LOAD_EXAMPLES", "True")
    monkeypatch.setenv("AIRFLOW_CONN_OFFICE", "sftp://office")
    monkeypatch.setenv("AIRFLOW_HOME", "/somewhere/else")
    monkeypatch.setenv("AIRFLOW__CORE__SQL_ALCHEMY_CONN", "sqlite:////tmp/x.db")
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    monkeypatch.setenv("DBT_PROFILES_DIR", "/nowhere")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    environment = airflow_config.environment(settings, 18100)
    assert environment["AIRFLOW_CONN_OFFICE"] == "sftp://office", "channels are given as connections"
    assert environment["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"
    assert environment["AIRFLOW_HOME"] == str(settings.home / "airflow")
    assert {"AIRFLOW__CORE__SQL_ALCHEMY_CONN", "PYTHONHOME", "DBT_PROFILES_DIR"}.isdisjoint(environment)
    assert environment["TZ"] == "Asia/Tokyo"


def test_the_ui_is_on_the_loopback_address_only(settings: Settings) -> None:
    environment = airflow_config.environment(settings, 18123)
    assert environment["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert environment["AIRFLOW__API__PORT"] == "18123"
    assert environment["AIRFLOW__API__BASE_URL"] == "http://127.0.0.1:18123"
