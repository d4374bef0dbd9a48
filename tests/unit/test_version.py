"""The version of the code: the same wherever the same files lie, another after any change of code."""

import re
from pathlib import Path

import pytest

from lumbung import __version__
from lumbung.settings import Settings
from lumbung.version import code_version

FILES = {
    "dags/nightly.py": "one",
    "plugins/lumbung/night.py": "two",
    "dbt_project/models/a.sql": "three",
    "dbt_project/seeds/regencies.csv": "3510",
    "expectations/staple_prices.odcs.yaml": "four",
}


def checkout(folder: Path) -> Settings:
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return Settings(root=folder, home=folder / ".lumbung")


def test_it_is_the_packages_version_and_eight_digits(tmp_path: Path) -> None:
    assert re.fullmatch(re.escape(__version__) + r"\+[0-9a-f]{8}", code_version(checkout(tmp_path)))


def test_it_does_not_depend_on_the_place(tmp_path: Path) -> None:
    assert code_version(checkout(tmp_path / "one")) == code_version(checkout(tmp_path / "two" / "deep"))


@pytest.mark.parametrize("name", FILES)
def test_every_code_file_counts(tmp_path: Path, name: str) -> None:
    settings = checkout(tmp_path)
    before = code_version(settings)
    (tmp_path / name).write_text("changed")
    changed = code_version(settings)
    assert changed != before
    (tmp_path / name).rename(tmp_path / f"{name}.old")
    assert code_version(settings) not in {before, changed}


@pytest.mark.parametrize(
    "name",
    [
        "plugins/lumbung/__pycache__/night.pyc",
        "dbt_project/target/manifest.json",
        "dbt_project/logs/dbt.log",
        "expectations/samples/staple_prices/good.csv",
        "README.md",
        "tests/test_x.py",
        ".lumbung/state.json",
    ],
)
def test_what_is_made_or_is_no_code_does_not_count(tmp_path: Path, name: str) -> None:
    settings = checkout(tmp_path)
    before = code_version(settings)
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("x")
    assert code_version(settings) == before
