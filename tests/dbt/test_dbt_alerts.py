"""Alerts night by night: what a build names as touched is all that changed since the last publication."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from tests.dbt.dbt_warehouse import Price, Warehouse

pytestmark = pytest.mark.database

MARKETS = {"3578": "3578-pasar-genteng", "3510": "3510-pasar-jajag"}
COMMODITIES = ["bawang_merah", "beras_medium"]
LEVELS = ("consumer", "producer")
DAY = date(2026, 7, 1)

Key = tuple[str, str, str, str]


def test_touched_alerts_are_all_that_changed(dbt_warehouse: Warehouse) -> None:
    """Corrections, withdrawals and late days, in builds of which some are never published."""
    warehouse, chance = dbt_warehouse, random.Random(4)  # noqa: S311
    warehouse.night(DAY)
    loads: list[str] = []
    for regency, market in MARKETS.items():
        for level in LEVELS:
            history = _prices(chance, market, [DAY - timedelta(days=n) for n in range(60)], 0.75)
            loads.append(warehouse.load(regency, DAY, history, price_level=level))
        stocks = [
            ("beras_medium", DAY - timedelta(days=3 * n), chance.choice(_STOCKS), "10") for n in range(9)
        ]
        warehouse.load_stocks(regency, DAY, stocks)
    _build(warehouse)
    warehouse.published()
    published = _alerts(warehouse)
    assert len({alert["rule_code"] for alert in published.values()}) > 3, "alerts of several rules"

    moved = 0
    for number, is_published in enumerate([False, True, False, False, True, True], start=1):
        tonight = DAY + timedelta(days=number)
        warehouse.night(tonight)
        regency, market = chance.choice(list(MARKETS.items()))
        back = [tonight - timedelta(days=chance.randrange(70)) for _ in range(5)]
        prices = _prices(chance, market, sorted({tonight, *back}), 0.9)
        loads.append(warehouse.load(regency, tonight, prices, price_level=chance.choice(LEVELS)))
        warehouse.load_stocks(regency, tonight, [("beras_medium", back[0], chance.choice(_STOCKS), "10")])
        if number in (2, 3, 5):
            warehouse.withdraw(loads.pop(chance.randrange(len(loads))))
        _build(warehouse)
        built, touched = _alerts(warehouse), _touched(warehouse)
        changed = {key[:4] for key in published.keys() | built.keys() if published.get(key) != built.get(key)}
        assert changed <= touched, f"night {number}"
        moved += len(changed)
        if is_published:
            warehouse.published()
            published = built
    assert moved > 100

    _build(warehouse, "--full-refresh", "--vars={full: true}")
    assert _alerts(warehouse) == built


def test_a_run_that_goes_on_leaves_its_earlier_alerts_alone(dbt_warehouse: Warehouse) -> None:
    """The third day above the ceiling is one more alert; the day below it clears all three of them."""
    warehouse = dbt_warehouse
    market = MARKETS["3578"]
    dear, cheap = 60_000, 30_000
    first = DAY - timedelta(days=1)
    warehouse.night(DAY)
    warehouse.load("3578", DAY, [(market, "bawang_merah", day, dear) for day in (first, DAY)])
    _build(warehouse)
    warehouse.published()

    third = _one_more_day(warehouse, DAY + timedelta(days=1), dear)
    assert _touched_days(warehouse) == {third, third.replace(day=1)}, "and the month, whose figures moved"
    assert _runs(warehouse) == [(first, None, 3)]
    warehouse.published()

    fourth = _one_more_day(warehouse, third + timedelta(days=1), cheap)
    assert _touched_days(warehouse) == {first, DAY, third, fourth}
    assert _runs(warehouse) == [(first, fourth, 3)]


_STOCKS = ("20", "65", "75", "400")


def _prices(chance: random.Random, market: str, days: list[date], share: float) -> list[Price]:
    """Around the ceilings, unchanged now and then, and with days missing."""
    return [
        (market, commodity, day, chance.choice([12_000, 13_000, 14_500, 41_000, 41_500, 52_000]))
        for commodity in COMMODITIES
        for day in days
        if chance.random() < share
    ]


def _build(warehouse: Warehouse, *arguments: str) -> None:
    warehouse.dbt("run", "--select", "+fct_price_alert", *arguments)


def _one_more_day(warehouse: Warehouse, day: date, price: int) -> date:
    warehouse.night(day)
    warehouse.load("3578", day, [(MARKETS["3578"], "bawang_merah", day, price)])
    _build(warehouse)
    return day


def _alerts(warehouse: Warehouse) -> dict[tuple[str, ...], dict[str, Any]]:
    """Every alert by place, commodity, level, day and rule."""
    rows = warehouse.execute("select to_jsonb(t) from build.fct_price_alert as t")
    key = ("regency_code", "commodity_code", "price_level", "observed_on", "rule_code")
    return {tuple(alert[column] for column in key): alert for (alert,) in rows}


def _touched(warehouse: Warehouse) -> set[tuple[str, ...]]:
    return set(
        warehouse.execute(
            "select regency_code, commodity_code, price_level, observed_on::text from build.touched_alert"
        )
    )


def _touched_days(warehouse: Warehouse) -> set[date]:
    rows = warehouse.execute(
        "select distinct observed_on from build.touched_alert where regency_code = '3578'"
    )
    return {day for (day,) in rows}


def _runs(warehouse: Warehouse) -> list[tuple[date, date | None, int]]:
    return [
        (first, cleared, days)
        for first, cleared, days in warehouse.execute(
            "select first_seen_on, cleared_on, max(days_running) from build.fct_price_alert"
            " where rule_code = 'above_ceiling' and regency_code = '3578' group by 1, 2"
        )
    ]
