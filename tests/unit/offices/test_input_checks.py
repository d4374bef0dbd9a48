"""What the cells of a template take, as the contracts say it."""

from datetime import date
from typing import Any

import pytest

from lumbung.contracts.load import load_contracts
from lumbung.contracts.model import Contract, Field
from lumbung.offices.input_checks import check_of, hint
from lumbung.settings import Settings

CONTRACTS = load_contracts(Settings.load().expectations)
FIELDS = [(contract, field) for contract in CONTRACTS.values() for field in contract.fields]


def check(dataset: str, field: str, choices: str | None = None) -> dict[str, Any]:
    contract = CONTRACTS[dataset]
    return dict(check_of(contract, contract.field(field), choices))


@pytest.mark.parametrize(
    ("dataset", "field", "expected"),
    [
        ("staple_prices", "price", {"validate": "integer", "minimum": 1}),
        ("staple_prices", "observed_on", {"minimum": date(2012, 1, 1), "maximum": "=TODAY()"}),
        ("staple_stocks", "daily_need", {"validate": "decimal", "criteria": ">", "value": 0}),
        ("staple_stocks", "closing", {"validate": "decimal", "minimum": 0}),
        ("programme_activities", "year", {"minimum": 2012, "maximum": "=YEAR(TODAY())"}),
        ("programme_activities", "physical", {"minimum": 0, "maximum": 100}),
        ("ovop_products", "stars", {"validate": "integer", "minimum": 1, "maximum": 5}),
        ("industry_units", "nib", {"validate": "length", "value": 13}),
        ("industry_units", "kbli", {"validate": "length", "value": 5}),
        ("industry_units", "address", {"validate": "any"}),
    ],
)
def test_limits_are_those_of_the_contract(dataset: str, field: str, expected: dict[str, Any]) -> None:
    assert expected.items() <= check(dataset, field).items()


def test_a_closed_list_is_a_drop_down_on_its_range() -> None:
    made = check("staple_prices", "unit", "=Daftar!$A$2:$A$9")
    assert (made["validate"], made["source"]) == ("list", "=Daftar!$A$2:$A$9")


def test_limits_are_told_in_words() -> None:
    contract = CONTRACTS["ovop_products"]
    assert hint(contract, contract.field("stars")) == (
        "Boleh kosong. Klasifikasi bintang 1 sampai 5; kosong bila belum dinilai. Antara 1 dan 5. Contoh: 3."
    )


@pytest.mark.parametrize(("contract", "field"), FIELDS, ids=lambda item: getattr(item, "name", ""))
def test_messages_fit_into_a_spreadsheet(contract: Contract, field: Field) -> None:
    made = check_of(contract, field, "=Daftar!$A$2:$A$9" if field.reference else None)
    assert len(made["input_title"]) <= 32 >= len(made["error_title"])
    assert 0 < len(made["input_message"]) <= 255 >= len(made["error_message"])
    assert "{" not in made["input_message"] + made["error_message"] + made["error_title"]
    assert (made["validate"] == "any") == (made["error_message"] == "")
