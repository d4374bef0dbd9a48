"""What the warehouse has to repeat of the contracts agrees with them."""

import re
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from lumbung.check.outputs import SUSPECTS
from lumbung.contracts import Contract, load_contracts

ROOT = Path(__file__).parents[2]
CONTRACTS = load_contracts(ROOT / "expectations")
MIGRATIONS = ROOT / "plugins" / "lumbung" / "warehouse" / "migrations" / "sql"
DBT_VARS: dict[str, Any] = YAML(typ="safe").load(ROOT / "dbt_project" / "dbt_project.yml")["vars"]
OF_THE_ROW = {
    "submission_id": "text",
    "load_seq": "bigint",
    "sheet": "text",
    "row_number": "integer",
    "column_number": "integer",
}
"""Columns of every raw table beside the fields: where a row comes from."""

each_contract = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)


def columns_of(table: str) -> dict[str, str]:
    """Names and types in the one statement of the migrations that makes the table."""
    sql = "\n".join(path.read_text() for path in sorted(MIGRATIONS.glob("*.sql")))
    (body,) = re.findall(rf"create table {re.escape(table)} \((.*?)\n\)", sql, re.DOTALL)
    columns = dict(re.findall(r"^\s+(\w+)\s+(\w+)", body, re.MULTILINE))
    return columns | dict(re.findall(rf"alter table {re.escape(table)} add column (\w+) (\w+)", sql))


@each_contract
def test_raw_table_holds_the_contracts_columns(contract: Contract) -> None:
    of_the_fields = {column.name: column.physical_type for column in contract.raw_columns}
    suspect = {"is_suspect": "boolean"} if contract.dataset == SUSPECTS else {}
    assert columns_of(f"raw.{contract.dataset}") == of_the_fields | OF_THE_ROW | suspect


UNITS = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year"}


def test_calendars_of_the_build_are_those_of_the_contracts() -> None:
    of_the_build = {
        one["dataset"]: (one["unit"], one["due_days_after"], time.fromisoformat(one["due_time"]))
        for one in DBT_VARS["calendars"]
    }
    assert of_the_build == {
        name: (UNITS[c.calendar.period], c.calendar.due_days_after, c.calendar.due_time)
        for name, c in CONTRACTS.items()
    }


def test_build_masks_the_fields_that_contracts_restrict() -> None:
    restricted = {
        field.name for c in CONTRACTS.values() for field in c.fields if field.classification == "restricted"
    }
    assert set(DBT_VARS["restricted_fields"]) == restricted
