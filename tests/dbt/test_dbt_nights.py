"""Nights one after another: what is built by touched keys alone equals what is built from nothing."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from lumbung.clock import JAKARTA
from tests.dbt.dbt_warehouse import Price, Warehouse

pytestmark = pytest.mark.database

MARKETS = {
    "3510": ["3510-pasar-banyuwangi", "3510-pasar-jajag", "3510-pasar-rogojampi"],
    "3507": ["3507-pasar-lawang", "3507-pasar-turen"],
    "3578": ["3578-pasar-genteng"],
}
COMMODITIES = ["bawang_merah", "beras_medium"]
COMPARED = [
    "fct_price_observation",
    "int_price_regency_daily",
    "fct_price_daily",
    "fct_price_province_daily",
    "fct_submission",
    "fct_finding",
    "int_submission_period",
    "int_expected_keys_daily",
    "rpt_reporting_rate",
]
DAY = date(2026, 7, 28)


def _prices(chance: random.Random, regency: str, days: list[date], share: float = 1.0) -> list[Price]:
    return [
        (market, commodity, day, chance.randint(9000, 60000))
        for day in days
        for market in MARKETS[regency]
        for commodity in COMMODITIES
        if chance.random() < share
    ]


def _days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(count)]


def _contents(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    return {table: sorted(warehouse.execute(f"select t::text from build.{table} as t")) for table in COMPARED}


def test_touched_keys_give_what_a_full_build_gives(dbt_warehouse: Warehouse) -> None:
    warehouse, chance = dbt_warehouse, random.Random(28)  # noqa: S311
    warehouse.night(DAY - timedelta(days=1))
    for regency in MARKETS:
        history = _prices(chance, regency, _days(DAY - timedelta(days=400), 400), share=0.4)
        warehouse.load(regency, DAY - timedelta(days=1), history, is_history=True)
    warehouse.build()
    warehouse.published()

    warehouse.night(DAY)
    for regency in MARKETS:
        warehouse.load(regency, DAY, _prices(chance, regency, [DAY], share=0.8), held=[DAY, None])
    warehouse.build()  # and never published: the next build must cover it again

    warehouse.night(DAY + timedelta(days=1))
    week = _days(DAY - timedelta(days=5), 7)
    warehouse.load("3510", DAY + timedelta(days=1), _prices(chance, "3510", week, share=0.7))
    warehouse.load("3507", DAY + timedelta(days=1), _prices(chance, "3507", [DAY - timedelta(days=200)]))
    warehouse.load("3578", DAY + timedelta(days=1), [], verdict="rejected")
    warehouse.build()
    warehouse.published()

    warehouse.night(DAY + timedelta(days=3))
    warehouse.load("3578", DAY + timedelta(days=3), _prices(chance, "3578", [DAY + timedelta(days=3)]))
    warehouse.build()
    incremental = _contents(warehouse)

    warehouse.build("--full-refresh", "--vars={full: true}")
    full = _contents(warehouse)
    for table in COMPARED:
        assert incremental[table] == full[table], table
    assert all(incremental[table] for table in COMPARED if table != "fct_finding")


def test_a_correction_wins_and_what_it_leaves_out_stays(dbt_warehouse: Warehouse) -> None:
    warehouse = dbt_warehouse
    first, second, _ = MARKETS["3510"]
    warehouse.night(DAY)
    warehouse.load("3510", DAY, [(first, "bawang_merah", DAY, 2700), (second, "bawang_merah", DAY, 30000)])
    warehouse.build()
    warehouse.published()
    assert _province(warehouse) == [(16350,)]

    warehouse.night(DAY)
    corrected = warehouse.load("3510", DAY, [(first, "bawang_merah", DAY, 27000)])
    warehouse.build()
    assert _province(warehouse) == [(28500,)]
    assert warehouse.execute(
        "select price_idr, submission_id = %s from build.fct_price_observation order by price_idr", corrected
    ) == [(27000, True), (30000, False)]
    touched = warehouse.execute("select distinct market_id from build.touched_price_observation")
    assert touched == [(first,)]


def test_a_price_moves_the_deviation_of_every_regency(dbt_warehouse: Warehouse) -> None:
    warehouse = dbt_warehouse
    warehouse.night(DAY)
    for regency, price in (("3510", 10000), ("3507", 10000)):
        warehouse.load(regency, DAY, [(MARKETS[regency][0], "bawang_merah", DAY, price)])
    warehouse.build()
    warehouse.published()
    assert _bands(warehouse) == {"3507": "within", "3510": "within"}

    warehouse.night(DAY)
    warehouse.load("3578", DAY, [(MARKETS["3578"][0], "bawang_merah", DAY, 20000)])
    warehouse.build()
    assert _bands(warehouse) == {"3507": "below", "3510": "below", "3578": "above"}
    assert warehouse.execute("select count(*) from build.fct_price_daily where band = 'no_data'") == [(35,)]


def test_reporting_is_judged_at_the_nights_hour(dbt_warehouse: Warehouse) -> None:
    warehouse = dbt_warehouse
    warehouse.night(DAY)
    price = (MARKETS["3510"][0], "bawang_merah", DAY, 30000)
    warehouse.load("3510", DAY, [price], arrived_at=datetime(2026, 7, 28, 12, 0, tzinfo=JAKARTA))
    warehouse.load("3507", DAY, [], verdict="rejected")
    warehouse.load("3578", DAY, [(MARKETS["3578"][0], "bawang_merah", DAY, 1)], is_history=True)
    warehouse.build()
    assert dict(
        warehouse.execute(
            "select status, count(*) from build.rpt_reporting_rate where dataset = 'staple_prices' group by 1"
        )
    ) == {
        "received": 2,
        "late": 36,
    }
    assert warehouse.execute(
        "select regency_code, on_time, accepted from build.rpt_reporting_rate where received = 1 order by 1"
    ) == [("3507", 1, 0), ("3510", 1, 1)]


def _province(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    return warehouse.execute("select price_idr from build.fct_price_province_daily")


def _bands(warehouse: Warehouse) -> dict[str, str]:
    return dict(
        warehouse.execute(
            "select regency_code, band from build.fct_price_daily where band <> 'no_data' order by 1"
        )
    )
