"""The hash that tells whether a dbt project changed."""

from pathlib import Path

import pytest

from lumbung.build.state import hash_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("dbt_project.yml", "models/marts/a.sql", "macros/m.sql", "seeds/s.csv", "tests/t.sql"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    return tmp_path


def test_the_same_files_have_the_same_hash(project: Path) -> None:
    assert hash_project(project) == hash_project(project)


@pytest.mark.parametrize(
    "name",
    ["dbt_project.yml", "models/marts/a.sql", "macros/m.sql", "seeds/s.csv", "tests/t.sql", "models/new.sql"],
)
def test_whatever_decides_what_is_built_changes_it(project: Path, name: str) -> None:
    before = hash_project(project)
    (project / name).write_text("y")
    assert hash_project(project) != before


def test_a_moved_file_changes_it(project: Path) -> None:
    before = hash_project(project)
    (project / "models/marts/a.sql").rename(project / "models/marts/b.sql")
    assert hash_project(project) != before


def test_what_dbt_makes_does_not_change_it(project: Path) -> None:
    before = hash_project(project)
    for name in ("target/manifest.json", "logs/dbt.log", ".user.yml"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("z")
    assert hash_project(project) == before
