"""What a contract in memory answers."""

from datetime import time

import pytest

from lumbung.contracts.model import Calendar, Contract, Field, RowPolicy, Rule, Severity
from lumbung.errors import LumbungError


def field(name: str, label: str, *synonyms: str, key: bool = False) -> Field:
    return Field(
        name, label, "string", True, key, synonyms, "public", None, "market" if key else None, f"{name}_code"
    )


def rule(rule_id: str, *, fault: str | None = None, column: str | None = None) -> Rule:
    engine = "lumbung" if fault else "greatExpectations"
    kwargs = {"column": column} if column else {}
    message = "Pasar {value} tidak ada; mirip {suggestion}."
    return Rule(
        rule_id,
        "x",
        Severity.GALAT,
        "value",
        engine,
        None,
        None,
        kwargs,
        fault,
        message,
        "Pakai {suggestion}.",
    )


CONTRACT = Contract(
    dataset="d",
    short_code="DD",
    title="D",
    version="1.0.0",
    fields=(field("market", "Nama_Pasar", "PASAR", "Lokasi (Pasar)", key=True), field("price", "Harga")),
    rules=(rule("DD-001", fault="empty_file"), rule("DD-101", column="market_known")),
    calendar=Calendar("daily", time(12), 1, 60),
    row_policy=RowPolicy("per_row", 50.0),
    shapes=("long",),
)


def test_headers_are_found_by_label_and_synonym() -> None:
    assert CONTRACT.header_aliases() == {
        "nama pasar": "market",
        "pasar": "market",
        "lokasi pasar": "market",
        "harga": "price",
    }


def test_things_are_found_by_name() -> None:
    assert CONTRACT.field("price").label == "Harga"
    assert CONTRACT.rule("DD-101").subject == "market_known"
    assert CONTRACT.rule_for_fault("empty_file").rule_id == "DD-001"
    assert [item.name for item in CONTRACT.key_fields()] == ["market"]
    assert [column.name for column in CONTRACT.raw_columns] == ["market_code", "price_code", "period_on"]
    assert [item.rule_id for item in CONTRACT.expectation_rules()] == ["DD-101"]


@pytest.mark.parametrize("ask", [CONTRACT.field, CONTRACT.rule, CONTRACT.rule_for_fault])
def test_what_is_not_there_is_an_error_that_names_it(ask) -> None:
    with pytest.raises(LumbungError, match=r"The contract of d has no .*'weight'"):
        ask("weight")


def test_messages_show_a_dash_for_what_is_not_known() -> None:
    known = CONTRACT.rule("DD-101")
    assert known.render_message({"value": "Pon", "suggestion": "Legi"}) == "Pasar Pon tidak ada; mirip Legi."
    assert known.render_message({"value": "Pon", "suggestion": ""}) == "Pasar Pon tidak ada; mirip –."
    assert known.render_remedy({"suggestion": None}) == "Pakai –."


def test_what_an_office_wrote_is_not_taken_for_a_placeholder() -> None:
    assert (
        CONTRACT.rule("DD-101")
        .render_message({"value": "{suggestion} {0}"})
        .startswith("Pasar {suggestion} {0} ")
    )


def test_placeholders_belong_to_what_the_rule_looks_at() -> None:
    assert "suggestion" not in CONTRACT.placeholders(CONTRACT.rule("DD-001"))
    assert {"file_name", "office"} <= CONTRACT.placeholders(CONTRACT.rule("DD-001"))
    assert {"suggestion", "market", "price"} <= CONTRACT.placeholders(CONTRACT.rule("DD-101"))
