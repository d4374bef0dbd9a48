"""The manners of DAG files, as tests whose messages say how to mend what they find."""

import ast
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DAG_FILES = sorted((ROOT / "dags").glob("*.py"))
TAGS = {"nightly", "replay", "reminders", "publishes", "reads"}
HEAVY = {"pandas", "numpy", "pyarrow", "great_expectations", "dbt", "psycopg", "sqlalchemy", "lumbung.check"}


@pytest.fixture(scope="module")
def bag() -> Any:
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(str(ROOT / "dags"))


def test_the_bag_is_full_and_free_of_errors(bag: Any) -> None:
    assert not bag.import_errors, f"mend these imports: {bag.import_errors}"
    assert set(bag.dags) == {"nightly", "replay_submissions"}, "a DAG came or went: say so here"


def test_every_dag_has_a_run_sheet_owner_and_known_tags(bag: Any) -> None:
    for dag in bag.dags.values():
        sheet = dag.doc_md or ""
        for heading in ("**What**", "**When**", "**If it is red**", "**Owner**"):
            assert heading in sheet, f"{dag.dag_id}: the docstring of its file lacks {heading}"
        assert set(dag.tags) <= TAGS, f"{dag.dag_id}: take tags from {sorted(TAGS)}"
        assert dag.tags, f"{dag.dag_id}: give it a tag from {sorted(TAGS)}"
        assert all(task.owner == "lumbung" for task in dag.tasks), f"{dag.dag_id}: owner is lumbung"
        assert dag.catchup is False, f"{dag.dag_id}: catchup=False, the intake re-pulls by itself"


def test_nightly_runs_at_20_in_jakarta_one_at_a_time(bag: Any) -> None:
    dag = bag.dags["nightly"]
    assert dag.timetable.expression == "0 20 * * *"
    assert str(dag.timetable.timezone) == "Asia/Jakarta"
    assert dag.max_active_runs == 1


def test_the_graph_reads_like_the_flow(bag: Any) -> None:
    dag = bag.dags["nightly"]
    flow = ["open_night", "collect", "decode", "check", "load", "build", "publish", "report"]
    assert sorted(dag.task_ids) == sorted(flow)
    for before, after in pairwise(flow):
        assert after in dag.get_task(before).downstream_task_ids, f"{after} comes after {before}"


def test_a_replay_is_a_night_without_collect_and_only_starts_by_hand(bag: Any) -> None:
    dag = bag.dags["replay_submissions"]
    flow = ["order_replay", "decode", "check", "load", "build", "publish", "report"]
    assert sorted(dag.task_ids) == sorted(flow)
    for before, after in pairwise(flow):
        assert after in dag.get_task(before).downstream_task_ids, f"{after} comes after {before}"
    assert dag.timetable.can_be_scheduled is False
    assert dag.max_active_runs == 1
    assert dag.params["apply"] is False, "a replay changes nothing unless it is told to"
    assert type(dag.get_task("order_replay")).__name__ == "_ShortCircuitDecoratedOperator"


def test_collect_is_mapped_and_shows_the_office(bag: Any) -> None:
    task = bag.dags["nightly"].get_task("collect")
    assert type(task).__name__ == "DecoratedMappedOperator"
    assert task.map_index_template == "{{ office_name }}"


def test_one_office_out_of_reach_does_not_stop_the_night(bag: Any) -> None:
    assert bag.dags["nightly"].get_task("decode").trigger_rule == "all_done_min_one_success"


@pytest.mark.parametrize("path", DAG_FILES, ids=lambda path: path.name)
def test_dag_files_only_wire(path: Path) -> None:
    tree = ast.parse(path.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    decorated = [f for f in functions if f.decorator_list]
    assert functions == decorated, f"{path.name}: move functions that do something into plugins/lumbung"
    imported = {
        name.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    allowed = ("airflow.sdk", "lumbung.airflow", "datetime")
    assert all(module.startswith(allowed) for module in imported if module), (
        f"{path.name}: a DAG file imports {allowed} only; it imports {sorted(map(str, imported))}"
    )


def test_parsing_dags_imports_nothing_heavy() -> None:
    code = (
        "import runpy, sys; import airflow.sdk; before = set(sys.modules);"
        "[runpy.run_path(path) for path in sys.argv[1:]];"
        "print(' '.join(sorted(set(sys.modules) - before)))"
    )
    files = [str(path) for path in DAG_FILES]
    run = subprocess.run(
        [sys.executable, "-c", code, *files],
        check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT / "plugins")},
    )  # fmt: skip
    loaded = set(run.stdout.split()) & HEAVY
    assert not loaded, f"import {sorted(loaded)} inside the functions that need them"


def test_the_schedule_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    from lumbung.airflow.timetables import SCHEDULE_SWITCH, jakarta_cron

    monkeypatch.setenv(SCHEDULE_SWITCH, "off")
    assert jakarta_cron("0 20 * * *") is None
