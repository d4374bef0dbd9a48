"""Airflow's configuration, as environment variables."""

import base64
import json
import os
import secrets
import sys
from pathlib import Path

from lumbung.settings import Settings
from lumbung.warehouse.roles import AIRFLOW

SHARED = {
    "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Jakarta",
    "AIRFLOW__CORE__PARALLELISM": "4",
    "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    "AIRFLOW__API__WORKERS": "1",
    "AIRFLOW__API__EXPOSE_CONFIG": "False",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_SEC": "5",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.3",
    # A worker notices late, after up to 0.75 of this interval, when a short task ends between two looks.
    "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
    "GX_ANALYTICS_ENABLED": "False",
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "60",
    "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
}
"""What holds everywhere; docker-compose.yml says the same (a test compares them)."""

UI_USER = "admin"


def ensure_keys(settings: Settings) -> None:
    """Generate Airflow's keys and the UI password, once per installation."""
    known = settings.secrets()
    wanted = {
        "airflow_fernet_key": lambda: base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "airflow_jwt_secret": lambda: secrets.token_urlsafe(64),
        "airflow_api_secret_key": lambda: secrets.token_urlsafe(32),
        "airflow_ui": lambda: secrets.token_urlsafe(12),
    }
    missing = {name: make() for name, make in wanted.items() if name not in known}
    if missing:
        settings.update_secrets(**missing)


def password_file(settings: Settings) -> Path:
    """The file from which the UI takes its one user's password; written anew when it differs."""
    path = settings.home / "airflow" / "ui_password.json"
    content = json.dumps({UI_USER: settings.secrets()["airflow_ui"]})
    if not path.exists() or path.read_text() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(content)
    return path


def environment(settings: Settings, port: int) -> dict[str, str]:
    """The environment of every Airflow process of this installation.

    Args:
        settings: The installation.
        port: Port of the API server on the loopback address.
    """
    keys = settings.secrets()
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name.startswith("AIRFLOW_CONN_") or not name.startswith(("AIRFLOW", "PYTHON", "DBT_"))
    }
    return (
        inherited
        | SHARED
        | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '/usr/bin:/bin')}",
            "PYTHONPATH": str(settings.root / "plugins"),
            "LUMBUNG_HOME": str(settings.home),
            "LUMBUNG_ROOT": str(settings.root),
            "AIRFLOW_HOME": str(settings.home / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(settings.root / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(settings.root / "plugins"),
            "AIRFLOW__CORE__AUTH_MANAGER": (
                "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager"
            ),
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{UI_USER}:admin",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(password_file(settings)),
            "AIRFLOW__CORE__FERNET_KEY": keys["airflow_fernet_key"],
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": settings.database_url(
                AIRFLOW, "airflow", scheme="postgresql+psycopg2"
            ),
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(port),
            "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
            "AIRFLOW__API__SECRET_KEY": keys["airflow_api_secret_key"],
            "AIRFLOW__API_AUTH__JWT_SECRET": keys["airflow_jwt_secret"],
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(settings.logs / "tasks"),
            "AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(
                settings.logs / "dag_processor"
            ),
        }
    )
