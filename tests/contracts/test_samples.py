"""Every sample of a contract is judged as its ``expected.yaml`` says, and every rule has a sample."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from lumbung.check.judgement import Judgement
from lumbung.contracts.load import load_contract
from lumbung.contracts.model import Contract
from lumbung.reference import Reference
from lumbung.settings import Settings
from tests.contracts.judging import Submitted, judge_all, rule_ids

SETTINGS = Settings.load()
SAMPLES = SETTINGS.expectations / "samples" / "staple_prices"
EXPECTED: dict[str, Any] = YAML(typ="safe").load(SAMPLES / "expected.yaml")

RESOURCE_LIMITS = {"too_large", "time_limit", "memory_limit", "too_many_columns"}
"""Faults whose files would be too big to keep; tests/unit/decode makes them."""


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load_contract(SETTINGS.expectations / "staple_prices.odcs.yaml")


@pytest.fixture(scope="module")
def judged(contract: Contract, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Judgement]:
    submitted = [Submitted(SAMPLES / name, entry["office"]) for name, entry in EXPECTED["files"].items()]
    business_date: date = EXPECTED["business_date"]
    folder: Path = tmp_path_factory.mktemp("decoded")
    judgements = judge_all(submitted, contract, Reference.load(SETTINGS), business_date, folder)
    return dict(zip(EXPECTED["files"], judgements, strict=True))


@pytest.mark.parametrize("name", EXPECTED["files"])
def test_verdict_and_rules(judged: dict[str, Judgement], name: str) -> None:
    judgement, expected = judged[name], EXPECTED["files"][name]
    assert (judgement.verdict, rule_ids(judgement.findings)) == (expected["verdict"], expected["rules"])
    assert judgement.rows_accepted + judgement.rows_held + judgement.rows_blank == judgement.rows_total


@pytest.mark.parametrize("name", [name for name in EXPECTED["files"] if name.startswith("bad_")])
def test_findings_are_filled_in(judged: dict[str, Judgement], name: str) -> None:
    for finding in judged[name].findings.listed:
        assert not set("{}") & set(finding.message), finding.message


def test_good_files_break_nothing() -> None:
    good = {name: entry for name, entry in EXPECTED["files"].items() if name.startswith("good_")}
    assert len(good) >= 10
    for name, entry in good.items():
        assert (entry["verdict"], entry["rules"]) == ("accepted", []), name


def test_every_file_is_expected_and_every_expectation_has_its_file() -> None:
    assert {path.name for path in SAMPLES.iterdir()} == {"expected.yaml", *EXPECTED["files"]}


def test_every_rule_is_shown_by_a_sample(contract: Contract) -> None:
    shown = {rule for entry in EXPECTED["files"].values() for rule in entry["rules"]}
    limits = {contract.rule_for_fault(code).rule_id for code in RESOURCE_LIMITS}
    assert shown == {rule.rule_id for rule in contract.rules} - limits


def test_the_real_dropped_zero_is_said_to_be_one(judged: dict[str, Judgement]) -> None:
    judgement = judged["bad_suspected_zero.csv"]
    (held,) = judgement.held
    assert held.row_number == 30
    assert held.rule_ids == ["SP-401"]
