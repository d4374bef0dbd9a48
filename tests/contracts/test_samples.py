"""Every sample of a contract is judged as its ``expected.yaml`` says, and every rule has a sample."""

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from lumbung.check.judgement import Judgement
from lumbung.contracts.load import load_contracts
from lumbung.reference import Reference
from lumbung.settings import Settings
from tests.contracts.judging import Submitted, accepted_rows, judge_all, rule_ids

SETTINGS = Settings.load()
SAMPLES = SETTINGS.expectations / "samples"
CONTRACTS = load_contracts(SETTINGS.expectations)
EXPECTED: dict[str, dict[str, Any]] = {
    dataset: YAML(typ="safe").load(SAMPLES / dataset / "expected.yaml") for dataset in CONTRACTS
}
FILES = [(dataset, name) for dataset, expected in EXPECTED.items() for name in expected["files"]]

RESOURCE_LIMITS = {"too_large", "time_limit", "memory_limit", "too_many_columns", "too_many_sheets"}
"""Faults whose files would be too big to keep; tests/unit/decode makes them."""

NEED_A_PAST = {"is_locked_change", "is_late_fill"}
"""Columns that are looked up in the warehouse; tests/integration/test_lifecycle.py shows their rules."""

Judged = Callable[[str], dict[str, Judgement]]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    @cache
    def of(dataset: str) -> dict[str, Judgement]:
        expected = EXPECTED[dataset]
        submitted = [
            Submitted(SAMPLES / dataset / name, entry["office"]) for name, entry in expected["files"].items()
        ]
        business_date: date = expected["business_date"]
        folder: Path = tmp_path_factory.mktemp(dataset)
        judgements = judge_all(submitted, CONTRACTS[dataset], Reference.load(SETTINGS), business_date, folder)
        return dict(zip(expected["files"], judgements, strict=True))

    return of


@pytest.mark.parametrize(("dataset", "name"), FILES)
def test_verdict_and_rules(judged: Judged, dataset: str, name: str) -> None:
    judgement, expected = judged(dataset)[name], EXPECTED[dataset]["files"][name]
    assert (judgement.verdict, rule_ids(judgement.findings)) == (expected["verdict"], expected["rules"])
    assert judgement.rows_accepted + judgement.rows_held + judgement.rows_blank == judgement.rows_total


@pytest.mark.parametrize(
    ("dataset", "name"), [pair for pair in FILES if "rows" in EXPECTED[pair[0]]["files"][pair[1]]]
)
def test_values_are_exactly_these(judged: Judged, dataset: str, name: str) -> None:
    """The accepted rows, by the columns that the expectation names, in the order of the file."""
    expected = EXPECTED[dataset]["files"][name]["rows"]
    found = accepted_rows(judged(dataset)[name])
    assert [[str(row[column]) for column in expected["columns"]] for row in found] == [
        [str(cell) for cell in row] for row in expected["values"]
    ]


@pytest.mark.parametrize(("dataset", "name"), [pair for pair in FILES if pair[1].startswith("bad_")])
def test_findings_are_filled_in(judged: Judged, dataset: str, name: str) -> None:
    for finding in judged(dataset)[name].findings.listed:
        assert not set("{}") & set(finding.message + finding.remedy), finding.message


def test_good_files_break_nothing_and_are_many() -> None:
    good = [(dataset, name) for dataset, name in FILES if name.startswith("good_")]
    assert len(good) >= 40
    for dataset, name in good:
        entry = EXPECTED[dataset]["files"][name]
        assert (entry["verdict"], entry["rules"]) == ("accepted", []), name


def test_bad_files_are_many_and_each_breaks_something() -> None:
    bad = [(dataset, name) for dataset, name in FILES if name.startswith("bad_")]
    assert len(bad) >= 80
    assert all(EXPECTED[dataset]["files"][name]["rules"] for dataset, name in bad)


@pytest.mark.parametrize("dataset", CONTRACTS)
def test_every_file_is_expected_and_every_expectation_has_its_file(dataset: str) -> None:
    names = {path.name for path in (SAMPLES / dataset).iterdir()}
    assert names == {"expected.yaml", *EXPECTED[dataset]["files"]}


@pytest.mark.parametrize("dataset", CONTRACTS)
def test_every_rule_is_shown_by_a_sample(dataset: str) -> None:
    """A rule of the dataset's own by a sample of it, a shared one by a sample of any dataset."""
    contract = CONTRACTS[dataset]
    shown = {
        rule[3:] if rule[3:] < "100" else rule
        for expected in EXPECTED.values()
        for entry in expected["files"].values()
        for rule in entry["rules"]
    }
    wanted = {
        rule.rule_id[3:] if rule.rule_id[3:] < "100" else rule.rule_id
        for rule in contract.rules
        if rule.subject not in RESOURCE_LIMITS | NEED_A_PAST
    }
    assert wanted <= shown, sorted(wanted - shown)


def test_figures_of_realisations_are_written_as_people_write_them(judged: Judged) -> None:
    def said(name: str) -> list[str]:
        findings = judged("indicator_realisations")[name].findings.listed
        return [finding.message for finding in findings if finding.rule_id != "IR-021"]

    assert said("bad_sum_falls.csv") == [
        "Realisasi Nilai produksi industri tertulis 80.000, padahal pada Triwulan I 2026 sudah 90.000."
    ]
    assert said("bad_ratio_wrong.csv") == [
        "Realisasi Unit bersertifikat tertulis 70, padahal pembilang dibagi penyebut menghasilkan"
        " 75 persen (selisih 5)."
    ]


def test_the_real_dropped_zero_is_said_to_be_one(judged: Judged) -> None:
    judgement = judged("staple_prices")["bad_suspected_zero.csv"]
    (held,) = judgement.held
    assert held.row_number == 30
    assert held.rule_ids == ["SP-401"]
