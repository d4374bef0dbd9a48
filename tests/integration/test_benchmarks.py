"""The benchmarks run from end to end: at a tiny size, for their floors must give what the stages give."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.database

STAGES = (
    "decode",
    "check + load",
    "check",
    "load",
    "build, in full",
    "publish all marts anew",
    "typical night",
    "registers: check",
    "registers: build",
    "registers: publish",
)


def test_a_quick_run_measures_every_stage_beside_its_floor() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--quick", "--rows", "4000"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT / 'plugins'}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=900,  # a bound against hanging, not a measure
    )
    assert run.returncode == 0, run.stdout + run.stderr
    # Otherwise a floor gave other rows than the build, and the run had ended there.
    assert run.stdout.count("equal rows") == 2
    assert run.stdout.count("equal KPIs") == 13
    table = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in run.stdout.splitlines()
        if line.startswith("| ")
    ]
    assert table[0] == ["stage", "seconds", "floor", "floor seconds", "ratio"]
    assert set(STAGES) <= {row[0] for row in table}
    assert all(float(ratio) > 0 for *_, ratio in table[2:])
