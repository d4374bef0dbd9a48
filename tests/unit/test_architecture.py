"""Imports run one way along the flow: each package takes only what docs/architecture.md grants it."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "plugins" / "lumbung"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def granted() -> dict[str, set[str]]:
    """Per place of the library what it may import, in the order of the table."""
    (foundations,) = re.findall(r"^Foundations: (.*)\.$", PAGE, re.MULTILINE)
    groups = {"foundations": set(re.findall(r"`(\w+)`", foundations))}
    table: dict[str, set[str]] = {}
    for place, words in re.findall(r"^\| `(\w+)(?:\.py|/)` \|.*\| ([^|]*) \|$", PAGE, re.MULTILINE):
        groups["all above"] = set(table)
        names = [] if words == "–" else words.split(", ")
        table[place] = {name for word in names for name in groups.get(word, {word})}
    return table


GRANTED = granted()


def place_of(path: Path) -> str:
    return path.relative_to(LIBRARY).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Places of the library that a file imports, wherever in the file it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports within the library are written in full"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("lumbung.")}
    return found - {"__version__"}


FILES = sorted(path for path in LIBRARY.rglob("*.py") if path.parent != LIBRARY or path.stem != "__init__")


def test_the_table_names_every_place_of_the_library() -> None:
    assert set(GRANTED) == {place_of(path) for path in FILES}


def test_nobody_is_granted_what_stands_below_it() -> None:
    places = list(GRANTED)
    for number, place in enumerate(places):
        assert GRANTED[place] <= set(places[:number]), place


@pytest.mark.parametrize("place", GRANTED)
def test_a_place_imports_only_what_it_is_granted(place: str) -> None:
    beyond = {
        f"{path.relative_to(LIBRARY)} imports {name}"
        for path in FILES
        if place_of(path) == place
        for name in imports(path) - GRANTED[place] - {place}
    }
    assert beyond == set()


def test_dags_import_the_airflow_package_alone() -> None:
    assert {name for path in (ROOT / "dags").glob("*.py") for name in imports(path)} == {"airflow"}


def test_airflow_is_imported_in_one_place() -> None:
    importing = re.compile(r"^\s*(from|import) airflow\b", re.MULTILINE)
    assert {place_of(path) for path in FILES if importing.search(path.read_text())} == {"airflow"}
