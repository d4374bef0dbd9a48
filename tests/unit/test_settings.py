"""Places, ports, passwords and addresses of an installation."""

import json
import stat
import threading
from pathlib import Path

import psycopg.conninfo
import pytest

from lumbung.errors import LumbungError
from lumbung.settings import Role, Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LUMBUNG_HOME", "LUMBUNG_ROOT", "LUMBUNG_DB_HOST", "LUMBUNG_DB_PORT"):
        monkeypatch.delenv(name, raising=False)
    for role in Role:
        monkeypatch.delenv(f"{role.upper()}_PASSWORD", raising=False)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(root=ROOT, home=tmp_path / "home")
    made.update_state(postgres_port=54399)
    made.update_secrets(lumbung_reader="kata sandi/:@?#%")
    return made


def test_places_follow_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert Settings.load() == Settings(root=ROOT, home=ROOT / ".lumbung")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUMBUNG_HOME", "here")
    monkeypatch.setenv("LUMBUNG_ROOT", str(tmp_path / "code"))
    assert Settings.load() == Settings(root=tmp_path / "code", home=tmp_path / "here")
    monkeypatch.setenv("LUMBUNG_HOME", "")
    assert Settings.load().home == tmp_path / "code" / ".lumbung"


def test_state_lies_below_home_and_code_below_root(tmp_path: Path) -> None:
    made = Settings(root=tmp_path / "code", home=tmp_path / "state")
    for place in (made.landing, made.work, made.pages, made.logs):
        assert place.parent == made.home
    for place in (made.expectations, made.dbt_project, made.seeds):
        assert place.is_relative_to(made.root)


def test_secrets_are_readable_by_their_owner_alone(settings: Settings) -> None:
    assert stat.S_IMODE((settings.home / "secrets.json").stat().st_mode) == 0o600
    settings.update_secrets(lumbung_owner="x")
    assert stat.S_IMODE((settings.home / "secrets.json").stat().st_mode) == 0o600
    assert settings.secrets() == {"lumbung_reader": "kata sandi/:@?#%", "lumbung_owner": "x"}


def test_writers_at_the_same_time_keep_each_others_facts(settings: Settings) -> None:
    writers = [
        threading.Thread(
            target=lambda n=n: [settings.update_state(**{f"fact_{n}_{i}": i}) for i in range(20)]
        )
        for n in range(6)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(settings.state()) == 1 + 6 * 20
    assert not list(settings.home.glob("state.json?*"))


def test_a_file_that_is_no_json_says_what_to_do(settings: Settings) -> None:
    (settings.home / "state.json").write_text('{"postgres_port": 54')
    with pytest.raises(LumbungError, match="is not readable") as raised:
        settings.state()
    assert "make clean" in raised.value.remedy


def test_a_write_that_fails_leaves_the_old_file(settings: Settings) -> None:
    with pytest.raises(TypeError):
        settings.update_state(bad=object())
    assert json.loads((settings.home / "state.json").read_text()) == {"postgres_port": 54399}
    assert not list(settings.home.glob("state.json?*"))


def test_a_role_without_port_or_password_is_told_to_set_up(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(LumbungError, match="no password for lumbung_owner") as raised:
        settings.database(Role.OWNER)
    assert "lumbung setup" in raised.value.remedy
    empty = Settings(root=ROOT, home=tmp_path / "empty")
    with pytest.raises(LumbungError, match="not set up"):
        empty.database(Role.READER)
    assert not empty.home.exists()


def test_the_environment_wins_in_production(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.runs_own_server
    monkeypatch.setenv("LUMBUNG_DB_HOST", "db.example")
    monkeypatch.setenv("LUMBUNG_DB_PORT", "5433")
    monkeypatch.setenv("LUMBUNG_READER_PASSWORD", "from outside")
    assert not settings.runs_own_server
    assert settings.database(Role.READER) == {
        "host": "db.example",
        "port": "5433",
        "dbname": "lumbung",
        "user": "lumbung_reader",
        "password": "from outside",
    }


def test_an_address_brings_back_every_character_of_the_password(settings: Settings) -> None:
    d = psycopg.conninfo.conninfo_to_dict(settings.database_url(Role.READER, release=41))
    assert d == {
        "user": "lumbung_reader",
        "password": "kata sandi/:@?#%",
        "host": "127.0.0.1",
        "port": "54399",
        "dbname": "lumbung",
        "options": "-c lumbung.release=41",
    }
    assert "options" not in psycopg.conninfo.conninfo_to_dict(settings.database_url(Role.READER))
    assert "\n" not in settings.database_url(Role.READER)


def test_an_address_may_name_a_driver(settings: Settings) -> None:
    assert settings.database_url(Role.READER, scheme="postgresql+psycopg").startswith("postgresql+psycopg://")
