"""Random registers of industry units, as `int_industry_unit` holds them, and how they get there."""

import random
from typing import Any

import pandas as pd

from lumbung.warehouse.connection import connect
from lumbung.warehouse.roles import SUPERUSER
from tests.dbt.dbt_warehouse import Warehouse

FLAGS = ["is_ikm", "is_agro", "is_core_competence", "is_creative", "is_ovop"]
PROGRAMMES = ["all", "ikm", "agro", "core_competence", "creative", "ovop"]
COLUMNS = [
    "unit_key", "data_year", "regency_code", "kbli_code", "kbli_version", "division_code", "size_class",
    *FLAGS, "male_count", "female_count", "worker_count", "investment_idr", "production_idr", "material_idr",
    "export_pct", "is_halal", "is_sni", "has_brand", "is_active",
]  # fmt: skip


def register(chance: random.Random, year: int, sizes: dict[str, int], stated: float = 0.85) -> pd.DataFrame:
    """Units of one data year.

    Args:
        chance: Where chance comes from.
        year: The data year.
        sizes: How many units each regency has.
        stated: How likely a unit states a figure.
    """
    rows = []
    shares = [chance.choice([0.03, 0.15, 0.5, 0.9]) for _ in FLAGS]
    for regency, size in sizes.items():
        local = [share if chance.random() < 0.7 else chance.random() for share in shares]
        for number in range(size):
            rows.append(_unit(chance, year, regency, number, local, stated))
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


def fill(warehouse: Warehouse, units: pd.DataFrame) -> None:
    """Put units into `build.int_industry_unit` in place of what is there."""
    with connect(SUPERUSER, warehouse.settings) as connection:
        connection.execute("truncate build.int_industry_unit")
        into = f"copy build.int_industry_unit ({', '.join(COLUMNS)}) from stdin"
        with connection.cursor() as cursor, cursor.copy(into) as copy:
            for row in units.itertuples(index=False):
                copy.write_row([None if value is None or value != value else value for value in row])
        connection.commit()


def published(warehouse: Warehouse, table: str) -> pd.DataFrame:
    """A built table, its numbers as floats."""
    columns = [
        name
        for (name,) in warehouse.execute(
            "select column_name::text from information_schema.columns"
            " where table_schema = 'build' and table_name = %s order by ordinal_position",
            table,
        )
    ]
    found = pd.DataFrame(warehouse.execute(f"select * from build.{table}"), columns=columns, dtype=object)
    for column in found:
        if column.endswith(("_idr", "_pct", "_count", "_quotient", "_part", "_change")):
            found[column] = pd.to_numeric(found[column])
    return found


def _unit(
    chance: random.Random, year: int, regency: str, number: int, shares: list[float], stated: float
) -> list[Any]:
    def maybe(value: Any) -> Any:
        return value if chance.random() < stated else None

    size = chance.choices(["small", "medium", "large", None], [80, 8, 4, 3])[0]
    flags = [chance.random() < share for share in shares]
    flags[0] = size in ("small", "medium")
    male, female = maybe(chance.randint(0, 40)), maybe(chance.randint(1, 40))
    workers = None if male is None and female is None else (male or 0) + (female or 0)
    division = chance.choice(["10", "13", "14", "16", "31"])
    return [
        f"{regency}-{number}", year, regency, division + "101", "2020", division, size, *flags,
        male, female, workers,
        maybe(chance.randint(0, 10**9)), maybe(chance.randint(0, 10**9)), maybe(chance.randint(0, 10**8)),
        maybe(chance.choice([0, 0, 0, 25, 100])), maybe(chance.random() < 0.3), maybe(chance.random() < 0.1),
        maybe(chance.random() < 0.4), chance.random() < 0.95,
    ]  # fmt: skip
