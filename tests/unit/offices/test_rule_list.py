"""The published rules: complete, in words, without placeholders."""

import csv
import json

import pytest

from lumbung.contracts.load import load_contracts
from lumbung.offices.rule_list import as_csv, as_json, as_markdown, of_the_data, published
from lumbung.settings import Settings

CONTRACTS = load_contracts(Settings.load().expectations)


@pytest.mark.parametrize("dataset", sorted(CONTRACTS))
def test_every_rule_is_published_once_in_words(dataset: str) -> None:
    rules = published(CONTRACTS[dataset])
    assert sorted(rule.rule_id for rule in rules) == sorted(r.rule_id for r in CONTRACTS[dataset].rules)
    for rule in rules:
        assert rule.severity in ("wajib diperbaiki", "perlu konfirmasi")
        assert rule.where
        assert rule.message
        assert rule.remedy
        assert not set("{}") & set(rule.message + rule.remedy)


def test_rules_are_grouped_by_what_they_judge() -> None:
    levels = list(dict.fromkeys(rule.level for rule in published(CONTRACTS["staple_prices"])))
    assert levels == ["file", "value", "row", "across_rows", "history"]


@pytest.mark.parametrize(
    ("dataset", "rule_id", "limit"),
    [
        ("staple_prices", "SP-101", ""),
        ("staple_prices", "SP-106", "lebih dari 0"),
        ("staple_prices", "SP-109", "paling kecil 2012"),
        ("staple_stocks", "SS-203", "−0,001 sampai 0,001"),
        ("staple_stocks", "SS-204", "paling besar 365"),
        ("industry_units", "IU-126", "tepat 13"),
        ("ovop_products", "OP-114", "1 sampai 5"),
        ("staple_prices", "SP-001", ""),
    ],
)
def test_limits_are_told_as_indonesians_write_numbers(dataset: str, rule_id: str, limit: str) -> None:
    (rule,) = [rule for rule in published(CONTRACTS[dataset]) if rule.rule_id == rule_id]
    assert rule.limit == limit


def test_placeholders_are_words_in_brackets() -> None:
    (rule,) = [rule for rule in published(CONTRACTS["staple_prices"]) if rule.rule_id == "SP-202"]
    assert rule.message == 'Pasar "[isi sel]" tidak terdaftar pada [nama kantor]; nama yang mirip: [usulan].'


def test_the_guides_rules_are_about_what_an_office_types() -> None:
    ids = [rule.rule_id for rule in of_the_data(published(CONTRACTS["staple_prices"]))]
    assert "SP-101" in ids
    assert not [rule_id for rule_id in ids if rule_id < "SP-1"]


def test_machine_readable_forms_hold_the_same_rules() -> None:
    rules = published(CONTRACTS["ovop_products"])
    head, *from_csv = csv.reader(as_csv(rules).splitlines())
    from_json = json.loads(as_json(rules))
    assert from_csv == [[value for key, value in row.items() if key != "level"] for row in from_json]
    assert [row["rule_id"] for row in from_json] == [rule.rule_id for rule in rules]
    assert head == [
        "Himpunan data", "Aturan", "Nama", "Tingkat", "Berlaku untuk", "Kolom", "Batas", "Temuan",
        "Yang perlu dilakukan",
    ]  # fmt: skip


def test_markdown_has_a_row_of_as_many_cells_for_each_rule() -> None:
    contracts = [CONTRACTS["ovop_products"], CONTRACTS["staple_stocks"]]
    text = as_markdown(contracts)
    rows = [line for line in text.splitlines() if line.startswith(("| OP-", "| SS-"))]
    assert len(rows) == sum(len(contract.rules) for contract in contracts)
    assert {row.replace(r"\|", "").count("|") for row in rows} == {8}
    assert text.startswith("## Aturan Produk OVOP\n")
