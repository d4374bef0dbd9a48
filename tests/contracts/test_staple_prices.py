"""The contract of staple prices says what the design promises to offices."""

import re
from pathlib import Path

import pytest

from lumbung.contracts import Contract, Severity, load_contracts
from lumbung.contracts.vocabulary import FAULTS, FIELD_OF_FAULT
from lumbung.labels import label
from lumbung.reference import PRICE_LEVELS
from lumbung.values.text import normalise_header

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load_contracts(ROOT / "expectations")["staple_prices"]


ALWAYS_UNDERSTOOD = {
    "tanggal": "observed_on",
    "kabkota": "regency",
    "pasar": "market",
    "komoditas": "commodity",
    "tingkat_harga": "price_level",
    "satuan": "unit",
    "harga": "price",
}
USED_BY_OFFICES = {
    "Tgl.": "observed_on",
    "Tanggal Pantauan": "observed_on",
    "Kab/Kota": "regency",
    "Kab. / Kota": "regency",
    "Kabupaten/Kota": "regency",
    "NAMA PASAR": "market",
    "Bahan Pokok": "commodity",
    "Nama Bahan Pokok": "commodity",
    "Komoditi": "commodity",
    "Harga (Rp)": "price",
    "Harga (Rp.)": "price",
    "Harga Sekarang": "price",
    "Harga\nHari Ini": "price",
}
MEAN_SOMETHING_ELSE = [
    "Harga Kemarin", "Harga Grosir", "Harga Eceran", "Harga Produsen", "Harga Konsumen", "Perubahan Rp",
    "Perubahan %", "Harga %", "HET", "Harga (Rp/kg)", "No", "Keterangan", "Stok", "Tanggal Lapor",
]  # fmt: skip


@pytest.mark.parametrize(("header", "field"), [*ALWAYS_UNDERSTOOD.items(), *USED_BY_OFFICES.items()])
def test_header_is_understood(contract: Contract, header: str, field: str) -> None:
    assert contract.header_aliases()[normalise_header(header)] == field


@pytest.mark.parametrize("header", MEAN_SOMETHING_ELSE)
def test_header_that_means_something_else_is_no_alias(contract: Contract, header: str) -> None:
    assert normalise_header(header) not in contract.header_aliases()


def test_fields_and_their_columns(contract: Contract) -> None:
    facts = {
        item.name: (item.column, item.physical_type, item.required, item.primary_key)
        for item in contract.fields
    }
    assert facts == {
        "observed_on": ("observed_on", "date", True, True),
        "regency": ("regency_code", "text", False, False),
        "market": ("market_id", "text", True, True),
        "commodity": ("commodity_code", "text", True, True),
        "price_level": ("price_level", "text", False, True),
        "unit": ("unit", "text", False, False),
        "price": ("price_idr", "bigint", True, False),
    }  # fmt: skip
    price = contract.field("price")
    assert price.zero_is_missing
    assert price.blank_skips_row
    assert contract.field("price_level").default == "consumer"


def test_calendar_and_row_policy(contract: Contract) -> None:
    calendar = contract.calendar
    assert (calendar.period, f"{calendar.due_time:%H:%M}") == ("daily", "12:00")
    assert (calendar.due_days_after, calendar.lock_days_after) == (0, 60)
    assert (contract.row_policy.kind, contract.row_policy.max_held_pct) == ("per_row", 50.0)
    assert (contract.short_code, contract.title) == ("SP", "Harga Bahan Pokok")


def test_price_levels_are_those_of_the_reference_and_the_catalogue(contract: Contract) -> None:
    levels = {choice.code: choice.label for choice in contract.field("price_level").choices}
    assert set(levels) == set(PRICE_LEVELS)
    assert levels == {code: label("price_level", code) for code in levels}


RULES = {
    # id: what it looks at, severity, level, field, bounds
    "SP-101": ("observed_on_present", "galat", "value", "observed_on", {"min_value": 1}),
    "SP-102": ("market_present", "galat", "value", "market", {"min_value": 1}),
    "SP-103": ("commodity_present", "galat", "value", "commodity", {"min_value": 1}),
    "SP-104": ("observed_on_readable", "galat", "value", "observed_on", {"min_value": 1}),
    "SP-105": ("price_readable", "galat", "value", "price", {"min_value": 1}),
    "SP-106": ("price_idr", "galat", "value", "price", {"min_value": 0, "strict_min": True}),
    "SP-107": ("price_remainder", "galat", "value", "price", {"min_value": 0, "max_value": 0}),
    "SP-108": ("days_ahead", "galat", "value", "observed_on", {"max_value": 0}),
    "SP-109": ("observed_year", "galat", "value", "observed_on", {"min_value": 2012}),
    "SP-201": ("regency_matches", "galat", "row", "regency", {"min_value": 1}),
    "SP-202": ("market_known", "galat", "value", "market", {"min_value": 1}),
    "SP-203": ("commodity_known", "galat", "value", "commodity", {"min_value": 1}),
    "SP-204": ("price_level_known", "galat", "value", "price_level", {"min_value": 1}),
    "SP-205": ("unit_known", "galat", "value", "unit", {"min_value": 1}),
    "SP-206": ("unit_fits", "galat", "row", "unit", {"min_value": 1}),
    "SP-207": ("range_position", "galat", "row", "price", {"min_value": 0, "max_value": 1}),
    "SP-301": ("key_count", "galat", "across_rows", None, {"max_value": 1}),
    "SP-401": ("suspected_factor", "galat", "history", "price", {}),
    "SP-402": ("move_ratio", "konfirmasi", "history", "price", {"max_value": 1}),
    "SP-403": ("unchanged_ratio", "konfirmasi", "history", "price", {"max_value": 1}),
    "SP-451": ("is_locked_change", "galat", "history", None, {"max_value": 0}),
    "SP-452": ("is_late_fill", "konfirmasi", "history", None, {"max_value": 0}),
}


def test_rules_are_these(contract: Contract) -> None:
    judged = {
        rule.rule_id: (
            rule.subject,
            rule.severity.value,
            rule.level,
            rule.field,
            {name: value for name, value in rule.kwargs.items() if name != "column"},
        )
        for rule in contract.expectation_rules()
    }
    assert judged == RULES
    assert all(name in contract.derived_columns for name, *_ in RULES.values())


ONLY_TOLD = {
    "hidden_sheet", "hidden_rows", "total_mismatch", "external_link", "sheet_not_read", "column_not_read",
}  # fmt: skip
"""Faults after which the data are accepted all the same."""


def test_every_fault_has_its_rule_and_holds_but_for_those_only_told(contract: Contract) -> None:
    for code in FAULTS:
        if not contract.has_field(FIELD_OF_FAULT.get(code, "price")):
            continue
        is_galat = contract.rule_for_fault(code).severity is Severity.GALAT
        assert is_galat == (code not in ONLY_TOLD), code


@pytest.mark.parametrize("code", ["ragged_row", "error_cell", "ambiguous_numbers", "ambiguous_dates"])
def test_faults_of_some_rows_do_not_reject_the_file(contract: Contract, code: str) -> None:
    assert contract.rule_for_fault(code).level != "file"


def test_messages_are_sentences_a_person_can_act_on(contract: Contract) -> None:
    for rule in contract.rules:
        for text in (rule.message, rule.remedy):
            assert text.endswith("."), rule.rule_id
            assert text[0].isupper() or text.startswith("{"), rule.rule_id
            assert "  " not in text, rule.rule_id
            assert not re.search(r"[a-z]_[a-z]", re.sub(r"{\w+}", "", text)), rule.rule_id
        filled = rule.render_message(dict.fromkeys(contract.placeholders(rule), "x"))
        assert "–" not in filled, rule.rule_id
        assert "{" not in filled, rule.rule_id


def test_great_expectations_knows_every_expectation_and_argument(contract: Contract) -> None:
    import great_expectations.expectations as gxe

    for rule in contract.expectation_rules():
        assert rule.expectation is not None
        kind = getattr(gxe, "".join(word.title() for word in rule.expectation.split("_")))
        assert kind(**rule.kwargs).column == rule.subject
