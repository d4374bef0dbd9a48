"""Contracts are read strictly: what is wrong is said with its line, all of it at once."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lumbung.contracts import ContractError, load_contract, load_contracts
from lumbung.contracts.model import Contract, Severity
from lumbung.errors import LumbungError

Data = dict[str, Any]
ROOT = Path(__file__).parents[3]


def write(data: Data, folder: Path, name: str = "garden_prices") -> Path:
    path = folder / f"{name}.odcs.yaml"
    path.write_text(json.dumps(data, indent=1), encoding="utf-8")
    return path


def problems(data: Data, folder: Path) -> list[str]:
    with pytest.raises(ContractError) as caught:
        load_contract(write(data, folder))
    return [problem.message for problem in caught.value.problems]


def own(data: Data, name: str) -> Data:
    return next(pair for pair in data["customProperties"] if pair["property"] == name)


def table(data: Data) -> Data:
    return data["schema"][0]


def rule(data: Data) -> Data:
    return table(data)["quality"][-1]


def texts(data: Data, name: str, value: str) -> None:
    next(pair for pair in rule(data)["customProperties"] if pair["property"] == name)["value"] = value


def test_a_right_contract_becomes_what_it_says(data: Data, tmp_path: Path) -> None:
    contract = load_contract(write(data, tmp_path))
    assert isinstance(contract, Contract)
    assert (contract.dataset, contract.short_code, contract.title) == ("garden_prices", "GP", "Harga Kebun")
    assert contract.row_policy.max_held_pct == 50.0
    assert contract.listed_findings_cap == 100
    assert (contract.shapes, contract.formats) == (("long",), ("csv",))
    price = contract.rule("GP-101")
    assert price.severity is Severity.GALAT
    assert price.expectation == "expect_column_values_to_be_between"
    assert price.kwargs == {"column": "price_idr", "min_value": 0, "strict_min": True}
    assert contract.rule_for_fault("empty_file").engine == "lumbung"
    assert contract.expectation_rules() == (price,)


def change(where: Callable[[Data], Data], key: str, value: Any) -> Callable[[Data], None]:
    def apply(data: Data) -> None:
        where(data)[key] = value

    return apply


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(change(lambda d: d, "apiVersion", "v9"), "'v9' is not one of", id="standard's version"),
        pytest.param(change(lambda d: d, "version", "1"), "must be a version such as 1.0.0", id="version"),
        pytest.param(change(lambda d: d, "id", "other"), "differs from the file's name", id="id"),
        pytest.param(change(table, "name", "other"), "differs from the file's name", id="table's name"),
        pytest.param(change(lambda d: d, "schema", []), "must not be empty", id="no table"),
        pytest.param(
            change(lambda d: d, "slaProperties", []), "property 'period' is missing", id="no calendar"
        ),
        pytest.param(lambda d: d.pop("version"), "key 'version' is missing", id="no version"),
        pytest.param(change(lambda d: d, "servers", []), "unknown key 'servers'", id="a key we would ignore"),
        pytest.param(
            lambda d: d["customProperties"].append({"property": "shortcode", "value": "GP"}),
            "did you mean 'shortCode'",
            id="custom property",
        ),
        pytest.param(
            lambda d: d["customProperties"].append({"property": "shortCode", "value": "GP"}),
            "property 'shortCode' is given twice",
            id="custom property twice",
        ),
        pytest.param(
            change(lambda d: own(d, "shapes"), "value", ["diagonal"]),
            "'diagonal' is not known here",
            id="shape",
        ),
        pytest.param(
            change(lambda d: own(d, "rowPolicy")["value"], "maxHeldPct", 101), "101 is above 100", id="policy"
        ),
        pytest.param(
            change(lambda d: own(d, "listedFindingsCap"), "value", True), "must be a whole number", id="cap"
        ),
        pytest.param(
            change(lambda d: d["slaProperties"][1], "value", "24:00"),
            "must be an hour such as",
            id="due time",
        ),
        pytest.param(
            change(lambda d: d["slaProperties"][2], "value", -1), "-1 is below 0", id="days before the period"
        ),
        pytest.param(
            change(lambda d: table(d)["properties"][0], "logicalType", "text"),
            "'text' is not known",
            id="type",
        ),
        pytest.param(
            change(lambda d: table(d)["properties"][1], "name", "market"),
            "field 'market' is there twice",
            id="field",
        ),
        pytest.param(
            change(lambda d: table(d)["properties"][1], "physicalName", "market"),
            "column 'market' is there twice",
            id="column",
        ),
        pytest.param(
            change(lambda d: table(d)["properties"][1], "businessName", "NAMA  pasar"),
            "header 'nama pasar' is there twice",
            id="alias of two fields",
        ),
        pytest.param(
            change(lambda d: table(d)["properties"][0], "primaryKey", False),
            "no field is part of the key",
            id="key",
        ),
        pytest.param(
            change(
                lambda d: table(d)["properties"][0],
                "customProperties",
                [{"property": "reference", "value": "planet"}],
            ),
            "'planet' is not known here",
            id="reference list",
        ),
        pytest.param(
            lambda d: table(d)["properties"][0].update(
                enum=[{"value": "a", "label": "A"}, {"value": "a", "label": "B"}],
                customProperties=[{"property": "default", "value": "c"}],
            ),
            "default 'c' is none of a, a",
            id="default outside the list",
        ),
        pytest.param(change(rule, "id", "GP-001"), "rule id 'GP-001' is there twice", id="rule id"),
        pytest.param(
            change(rule, "id", "SP-101"), "must begin with the short code, GP-", id="rule of another"
        ),
        pytest.param(change(rule, "id", "gp1"), "must be two capital letters", id="form of rule id"),
        pytest.param(change(rule, "severity", "critical"), "'critical' is not known here", id="severity"),
        pytest.param(change(rule, "engine", "soda"), "engine 'soda' is not known here", id="engine"),
        pytest.param(
            change(lambda d: rule(d)["implementation"], "type", "expect_column_values_to_be_beween"),
            "did you mean 'expect_column_values_to_be_between'",
            id="expectation",
        ),
        pytest.param(
            change(lambda d: rule(d)["implementation"]["kwargs"], "mostly", 0.9),
            "unknown key 'mostly'",
            id="kwarg",
        ),
        pytest.param(
            change(lambda d: rule(d)["implementation"]["kwargs"], "min_value", "0"),
            "must be a number",
            id="bound",
        ),
        pytest.param(
            change(lambda d: rule(d)["implementation"]["kwargs"], "max_value", -5),
            "min_value 0 is above",
            id="range",
        ),
        pytest.param(
            change(lambda d: rule(d)["implementation"], "kwargs", {"column": "price_idr"}),
            "a range needs min_value, max_value or both",
            id="no bound",
        ),
        pytest.param(
            change(lambda d: rule(d)["implementation"]["kwargs"], "column", "price_idx"),
            "did you mean 'price_idr'",
            id="derived column",
        ),
        pytest.param(
            lambda d: table(d)["quality"].pop(0),
            "no rule speaks for the fault 'unknown_format'",
            id="fault unheard",
        ),
        pytest.param(
            change(lambda d: table(d)["quality"][0], "implementation", {"fault": "empty_file"}),
            "fault 'empty_file' is there twice",
            id="fault twice",
        ),
        pytest.param(lambda d: texts(d, "level", "cell"), "'cell' is not known here", id="level"),
        pytest.param(
            lambda d: texts(d, "message", "{harga} salah"), "unknown placeholders: harga", id="placeholder"
        ),
        pytest.param(lambda d: texts(d, "remedy", "Tulis {value:>5}"), "must be a plain name", id="format"),
        pytest.param(lambda d: texts(d, "message", "Kurung { saja"), "message: ", id="braces"),
        pytest.param(lambda d: texts(d, "message", " "), "must be text", id="empty message"),
        pytest.param(
            lambda d: rule(d)["customProperties"].append({"property": "field", "value": "weight"}),
            "'weight' is no field of this contract",
            id="field of a rule",
        ),
    ],
)
def test_what_is_wrong_is_said(spoil: Callable[[Data], Any], said: str, data: Data, tmp_path: Path) -> None:
    spoil(data)
    assert any(said in message for message in problems(data, tmp_path))


def test_every_problem_is_reported_at_once_in_the_order_of_the_file(data: Data, tmp_path: Path) -> None:
    data["satu"] = 1
    table(data)["properties"][0]["dua"] = 2
    rule(data)["implementation"]["kwargs"]["tiga"] = 3
    path = write(data, tmp_path)
    with pytest.raises(ContractError) as caught:
        load_contract(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    where = {
        key: at
        for at, line in enumerate(lines, start=1)
        for key in ("satu", "dua", "tiga")
        if f'"{key}"' in line
    }
    assert [problem.line for problem in caught.value.problems] == sorted(where.values())
    error = caught.value
    assert (error.path, error.line, error.column) == (
        path,
        where["dua"],
        lines[where["dua"] - 1].index('"') + 1,
    )
    assert str(error).count(f"{path}:") == 3
    assert "docs/contracts.md" in str(error)
    assert isinstance(error, LumbungError)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("id: a\nversion: 1.0.0\nid: b\n", 3, "key 'id' is repeated; it stands on line 1 already"),
        ("id: a\nname: &x {id: 1}\ndescription: *x\n", 2, "anchors and aliases"),
        ("id: !!python/name:os.system\n", 1, "is not understood in contracts"),
        ("id: 0x1F\n", 1, "as a plain decimal number"),
        ("id: [a\nversion: b\n", 2, "not valid YAML"),
        ("id: a\n---\nid: b\n", 2, "not valid YAML"),
        ("? [a, b]\n: c\n", 1, "a key must be plain text"),
        ("", 1, "the file is empty"),
        ("- a\n", 1, "must be a mapping, not a list"),
    ],
)
def test_yaml_that_says_something_else_than_it_seems_is_refused(
    text: str, line: int, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "garden_prices.odcs.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        load_contract(path)
    assert any(said in problem.message and problem.line == line for problem in caught.value.problems)


def test_a_file_that_is_not_there_or_not_text_is_a_contract_error(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="cannot be read"):
        load_contract(tmp_path / "garden_prices.odcs.yaml")
    (tmp_path / "garden_prices.odcs.yaml").write_bytes(b"id: \xff\xfe")
    with pytest.raises(ContractError, match="not valid YAML"):
        load_contract(tmp_path / "garden_prices.odcs.yaml")


def test_a_folder_of_contracts_is_sorted_by_dataset(data: Data, tmp_path: Path) -> None:
    write(data, tmp_path)
    other = json.loads(json.dumps(data).replace("garden_prices", "asparagus").replace("GP", "AP"))
    write(other, tmp_path, "asparagus")
    assert list(load_contracts(tmp_path)) == ["asparagus", "garden_prices"]


def test_two_contracts_may_not_share_a_short_code(data: Data, tmp_path: Path) -> None:
    write(data, tmp_path)
    write(json.loads(json.dumps(data).replace("garden_prices", "asparagus")), tmp_path, "asparagus")
    with pytest.raises(ContractError, match="short code 'GP' is that of asparagus already"):
        load_contracts(tmp_path)


def test_problems_of_all_files_come_together(data: Data, tmp_path: Path) -> None:
    data["kind"] = "Contract"
    write(data, tmp_path)
    write(data, tmp_path, "asparagus")
    with pytest.raises(ContractError) as caught:
        load_contracts(tmp_path)
    assert {problem.path.name.split(".")[0] for problem in caught.value.problems} == {
        "asparagus",
        "garden_prices",
    }


def test_a_folder_without_contracts_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="no contract here"):
        load_contracts(tmp_path)


def test_importing_contracts_brings_no_heavy_library() -> None:
    code = (
        "import sys; import lumbung.contracts; "
        "heavy = {'pandas', 'numpy', 'jsonschema', 'ruamel.yaml', 'great_expectations'} & set(sys.modules); "
        "print(', '.join(sorted(heavy)))"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT / "plugins")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert outcome.stdout.strip() == ""
