"""An installation that exists on paper only: ports and passwords, no server."""

import base64
from pathlib import Path

import pytest

from lumbung.local import airflow_config
from lumbung.settings import Settings
from lumbung.warehouse.roles import generate_passwords

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("LUMBUNG_DB_HOST", "LUMBUNG_DB_PORT"):
        monkeypatch.delenv(name, raising=False)
    made = Settings(root=ROOT, home=tmp_path / "home")
    monkeypatch.setenv("LUMBUNG_HOME", str(made.home))
    made.update_state(postgres_port=54399, airflow_port=18179)
    generate_passwords(made)
    airflow_config.ensure_keys(made)
    assert len(base64.urlsafe_b64decode(made.secrets()["airflow_fernet_key"])) == 32
    return made
