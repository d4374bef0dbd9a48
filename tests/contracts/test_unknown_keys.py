"""A key that nobody understands is an error wherever it stands in a contract, with the line it stands on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from lumbung.contracts import ContractError, load_contract

EXPECTATIONS = Path(__file__).parents[2] / "expectations"
CONTRACTS = sorted(EXPECTATIONS.glob("*.odcs.yaml"))
UNKNOWN = "tidakDikenal"


def mappings(node: Any, kind: str = "") -> Iterator[tuple[str, Any]]:
    """Every mapping of a composed YAML file with its kind: the way to it, list positions left out."""
    if isinstance(node.value, str):
        return
    if node.tag.endswith(":seq"):
        for item in node.value:
            yield from mappings(item, f"{kind}[]")
        return
    values = {key.value: value for key, value in node.value}
    if "property" in values:
        kind += f"={values['property'].value}"
    yield kind, node
    for key, value in values.items():
        yield from mappings(value, f"{kind}.{key}")


def mappings_in(path: Path) -> list[tuple[str, Any]]:
    return list(mappings(YAML(typ="safe", pure=True).compose(path.read_text(encoding="utf-8"))))


def with_unknown_keys(text: str, nodes: list[Any]) -> tuple[str, list[int]]:
    """The file with one more key at the start of each mapping, and the lines of those keys, from 1."""
    lines = []
    added_lines = 0
    parts = []
    done = 0
    for start in sorted((node.start_mark for node in nodes), key=lambda mark: mark.index):
        lines.append(start.line + 1 + added_lines)
        in_braces = text[start.index] == "{"
        at = start.index + in_braces
        parts += [text[done:at], f"{UNKNOWN}: 1, " if in_braces else f"{UNKNOWN}: 1\n{' ' * start.column}"]
        added_lines += not in_braces
        done = at
    return "".join([*parts, text[done:]]), lines


def one_of_each_kind() -> list[Any]:
    found = []
    for path in CONTRACTS:
        firsts: dict[str, Any] = {}
        for kind, node in mappings_in(path):
            firsts.setdefault(kind, node)
        found += [pytest.param(path, node, id=f"{path.stem}{kind}") for kind, node in firsts.items()]
    return found


KINDS = one_of_each_kind()


def problems_of(path: Path, text: str, tmp_path: Path) -> list[tuple[int, str]]:
    copy = tmp_path / path.name
    copy.write_text(text, encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        load_contract(copy)
    assert {problem.path for problem in caught.value.problems} == {copy}
    return [(problem.line, problem.message) for problem in caught.value.problems]


def test_the_contracts_have_the_depth_that_this_is_about() -> None:
    kinds = {kind.id for kind in KINDS if str(kind.id).startswith("staple_prices")}
    assert {
        "staple_prices.odcs.description",
        "staple_prices.odcs.customProperties[]=rowPolicy.value",
        "staple_prices.odcs.schema[].properties[].synonyms[]",
        "staple_prices.odcs.schema[].quality[].implementation.kwargs",
    } <= kinds


@pytest.mark.parametrize(("path", "node"), KINDS)
def test_one_unknown_key_is_the_one_problem(path: Path, node: Any, tmp_path: Path) -> None:
    changed, lines = with_unknown_keys(path.read_text(encoding="utf-8"), [node])
    (problem,) = problems_of(path, changed, tmp_path)
    assert problem[0] == lines[0]
    assert repr(UNKNOWN) in problem[1]


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.stem)
def test_an_unknown_key_in_every_mapping_is_reported_each_with_its_line(path: Path, tmp_path: Path) -> None:
    nodes = [node for _, node in mappings_in(path)]
    assert len(nodes) > 150
    changed, lines = with_unknown_keys(path.read_text(encoding="utf-8"), nodes)
    problems = problems_of(path, changed, tmp_path)
    assert [line for line, _ in problems] == lines
    assert all(repr(UNKNOWN) in message for _, message in problems)
