"""What Airflow and every command import stays light: heavy libraries come in when a stage uses them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {
    "alembic", "dbt", "great_expectations", "jinja2", "numpy", "openpyxl", "pandas", "psycopg", "pyarrow",
    "pydantic", "sqlalchemy",
}  # fmt: skip
_AIRFLOW = {"airflow", "jinja2", "pydantic", "sqlalchemy"}
"""What Airflow itself brings along."""

_PROGRAM = """
import importlib, json, sys
sys.path.insert(0, sys.argv[1])
before = set(sys.modules)
for name in sys.argv[2:]:
    importlib.import_module(name)
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before})))
"""


def imported(*modules: str) -> set[str]:
    """Top-level names of what importing modules in a fresh interpreter loads."""
    result = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(ROOT / "plugins"), *modules],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return set(json.loads(result.stdout.strip().splitlines()[-1]))


@pytest.mark.parametrize("module", ["lumbung.night", "lumbung.cli.main", "lumbung.local.pages"])
def test_the_entrances_load_nothing_heavy(module: str) -> None:
    assert imported(module) & (HEAVY | {"airflow"}) == set()


def test_dags_load_nothing_heavy_beside_airflow() -> None:
    loaded = imported("lumbung.airflow.tasks", "lumbung.airflow.timetables")
    assert "airflow" in loaded
    assert loaded & (HEAVY - _AIRFLOW) - imported("airflow.sdk") == set()


def test_the_measure_sees_what_is_loaded() -> None:
    assert "psycopg" in imported("lumbung.warehouse.connection")
