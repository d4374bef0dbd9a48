"""A small contract that is right, to be made wrong in one point at a time."""

from typing import Any

import pytest

from lumbung.contracts.vocabulary import FAULTS


def _pair(name: str, value: Any) -> dict[str, Any]:
    return {"property": name, "value": value}


def _field(name: str, label: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "businessName": label,
        "logicalType": "string",
        "physicalName": name,
        "physicalType": "text",
        "required": True,
        "classification": "public",
        **more,
    }


def _rule(rule_id: str, engine: str, implementation: dict[str, Any], level: str) -> dict[str, Any]:
    texts = [_pair("message", "Berkas {file_name} keliru."), _pair("remedy", "Perbaiki.")]
    return {
        "id": rule_id,
        "name": "Aturan",
        "type": "custom",
        "engine": engine,
        "severity": "galat",
        "implementation": implementation,
        "customProperties": [_pair("level", level), *texts],
    }


@pytest.fixture
def data() -> dict[str, Any]:
    """The contract of a dataset `garden_prices`, as the data of its YAML file."""
    faults = [
        _rule(f"GP-{at:03}", "lumbung", {"fault": code}, "file")
        for at, code in enumerate(FAULTS, start=1)
        if code != "no_commodity"  # the contract has no commodity
    ]
    price_rule = _rule(
        "GP-101",
        "greatExpectations",
        {
            "type": "expect_column_values_to_be_between",
            "kwargs": {"column": "price_idr", "min_value": 0, "strict_min": True},
        },
        "value",
    )
    return {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": "garden_prices",
        "version": "1.0.0",
        "customProperties": [
            _pair("shortCode", "GP"),
            _pair("shapes", ["long"]),
            _pair("formats", ["csv"]),
            _pair("rowPolicy", {"kind": "per_row", "maxHeldPct": 50}),
            _pair("listedFindingsCap", 100),
        ],
        "slaProperties": [
            _pair("period", "daily"),
            _pair("dueTime", "12:00"),
            _pair("dueDaysAfter", 1),
            _pair("lockDaysAfter", 60),
        ],
        "schema": [
            {
                "name": "garden_prices",
                "businessName": "Harga Kebun",
                "properties": [
                    _field("market", "Pasar", primaryKey=True, synonyms=[{"synonym": "Nama Pasar"}]),
                    _field(
                        "price",
                        "Harga",
                        logicalType="integer",
                        physicalName="price_idr",
                        physicalType="bigint",
                    ),
                ],
                "quality": [*faults, price_rule],
            }
        ],
    }
