"""Indicators on real figures against an independent computation, and their nights against a full build."""

import csv
import math
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.dbt import independent
from tests.dbt.dbt_warehouse import Price, Warehouse

pytestmark = pytest.mark.database

SERIES = Path(__file__).parents[1] / "fixtures" / "price_series_slice.csv"
SHALLOT = Path(__file__).parents[1] / "fixtures" / "shallot_2026-07_slice.csv"
MARKETS = {"3578": "3578-pasar-genteng", "3518": "3518-pasar-wage", "3510": "3510-pasar-jajag"}
MIN_DAYS = 4
DAY = date(2026, 7, 28)
COMPARED = [
    "int_price_province_daily",
    "int_price_month",
    "int_price_month_growth",
    "int_price_month_ifpa",
    "int_price_month_alps",
    "int_price_season_week",
    "int_alert_fired",
    "int_alert_run_start",
    "int_alert_run",
    "fct_price_monthly",
    "fct_price_index_monthly",
    "fct_price_margin_daily",
    "fct_stock_daily",
    "fct_price_alert",
    "fct_price_season",
    "int_indicator_from_prices",
    "fct_indicator_realisation",
]


def _series() -> dict[tuple[str, str, str], pd.Series]:
    """Regency, commodity and level of each real series, with its prices by day."""
    found: dict[tuple[str, str, str], dict[pd.Timestamp, int]] = {}
    with SERIES.open() as file:
        for row in csv.DictReader(file):
            regency = {"Kota Surabaya": "3578", "Kabupaten Nganjuk": "3518"}[row["tempat"]]
            level = {"konsumen": "consumer", "produsen": "producer"}[row["tingkat_harga"]]
            days = found.setdefault((regency, row["komoditas"], level), {})
            days[pd.Timestamp(row["tanggal"])] = int(row["harga"])
    return {key: pd.Series(days).sort_index() for key, days in found.items()}


def _published(warehouse: Warehouse, figure: str, key: tuple[str, str, str]) -> dict[int, float]:
    rows = warehouse.execute(
        f"select (extract(year from month_on) * 12 + extract(month from month_on) - 1)::int, {figure}"
        " from build.fct_price_monthly where (regency_code, commodity_code, price_level) = (%s, %s, %s)"
        f" and {figure} is not null",
        *key,
    )
    return {month: float(value) for month, value in rows}


def _assert_equal(published: dict[int, float], computed: dict[int, float], what: str) -> None:
    assert computed, what
    assert published.keys() == computed.keys(), what
    for month, value in computed.items():
        assert math.isclose(published[month], value, rel_tol=1e-9, abs_tol=1e-9), (what, month)


def test_indicators_agree_with_an_independent_computation(dbt_warehouse: Warehouse) -> None:
    warehouse, series = dbt_warehouse, _series()
    warehouse.night(DAY)
    for (regency, commodity, level), prices in series.items():
        rows = [(MARKETS[regency], commodity, day.date(), int(price)) for day, price in prices.items()]
        warehouse.load(regency, DAY, rows, is_history=True, price_level=level)
    warehouse.build()

    for key, prices in series.items():
        means = independent.month_means(prices, MIN_DAYS)
        variation = independent.month_variation(prices, MIN_DAYS)
        _assert_equal(_published(warehouse, "price_idr", key), means, f"mean {key}")
        _assert_equal(_published(warehouse, "cv_between_time_pct", key), variation, f"variation {key}")
    producer = ("3518", "bawang_merah", "producer")
    means = independent.month_means(series[producer], MIN_DAYS)
    _assert_equal(_published(warehouse, "ifpa", producer), independent.ifpa(means), "IFPA")
    _assert_equal(_published(warehouse, "alps", producer), independent.alps(means), "ALPS")
    first = warehouse.execute(
        "select min(month_on) filter (where ifpa is not null), min(month_on) filter (where alps is not null)"
        " from build.fct_price_monthly where regency_code = '3518'"
    )
    assert first == [(date(2019, 8, 1), date(2019, 8, 1))], "after 36 months from August 2016"


def test_daily_figures_agree_with_an_independent_computation(dbt_warehouse: Warehouse) -> None:
    """On shallot prices of three regencies: the floor rule, variation, changes; and stocks and the basket."""
    warehouse = dbt_warehouse
    markets = {
        (regency, name): market
        for regency, name, market in warehouse.execute(
            "select r.regency_name, m.market_name, m.market_id"
            " from build.markets as m inner join build.regencies as r using (regency_code)"
        )
    }
    by_day: dict[date, dict[str, list[int]]] = {}
    loaded: dict[str, list[Price]] = {}
    with SHALLOT.open() as file:
        for row in csv.DictReader(file):
            market, day = markets[row["kabkota"], row["pasar"]], date.fromisoformat(row["tanggal"])
            loaded.setdefault(market[:4], []).append((market, "bawang_merah", day, int(row["harga"])))
            by_day.setdefault(day, {}).setdefault(market[:4], []).append(int(row["harga"]))
    warehouse.night(DAY)
    for regency, prices in loaded.items():
        warehouse.load(regency, DAY, prices, is_history=True)
    basket = {"beras_medium": (10_000, 12_000), "gula_kristal_putih": (15_000, 14_000)}
    for month in (1, 2):
        bought = [
            (MARKETS["3510"], commodity, date(2026, month, day), prices[month - 1])
            for commodity, prices in basket.items()
            for day in range(1, 6)
        ]
        warehouse.load("3510", DAY, bought, is_history=True)
    warehouse.load_stocks("3510", DAY, [("beras_medium", DAY, "333.3", "17.7")])
    warehouse.execute("update build.parameters set value = 1 where parameter = 'index_min_basket_pct'")
    warehouse.build("--vars={price_index_base_month: 2026-01-01}")

    province = pd.Series(
        {
            pd.Timestamp(day): independent.province_price(list(regencies.values()))
            for day, regencies in by_day.items()
        }
    ).sort_index()
    published = warehouse.execute(
        "select observed_on, price_idr, cv_between_regions_pct, change_1d_pct, change_7d_pct"
        " from build.fct_price_province_daily where commodity_code = 'bawang_merah'"
    )
    assert {day for day, *_ in published} == set(by_day)
    expected = {h: independent.changes(province, h, t) for h, t in ((1, 2), (7, 3))}
    assert expected[1], "there is a day before"
    assert expected[7], "there is a week before"
    for day, price, variation, *moved in published:
        assert price == province[pd.Timestamp(day)]
        assert math.isclose(
            variation, independent.variation_between(list(by_day[day].values())), rel_tol=1e-9
        )
        for horizon, change in zip((1, 7), moved, strict=True):
            wanted = expected[horizon].get(pd.Timestamp(day))
            assert (change is None) == (wanted is None), (day, horizon)
            assert change is None or math.isclose(change, wanted, rel_tol=1e-9, abs_tol=1e-9), (day, horizon)
    ((cover,),) = warehouse.execute("select days_of_cover from build.fct_stock_daily")
    assert float(cover) == pytest.approx(333.3 / 17.7, rel=1e-9)
    index = warehouse.execute(
        "select price_index from build.fct_price_index_monthly"
        " where regency_code = '3510' and month_on = '2026-02-01'"
    )
    assert float(index[0][0]) == pytest.approx(
        100 * independent.jevons([now / base for base, now in basket.values()]), rel=1e-9
    )


def _history(chance: random.Random, commodity: str, market: str, years: int) -> list[Price]:
    first = DAY - timedelta(days=365 * years)
    days = [first + timedelta(days=n) for n in range(0, 365 * years, 6)]
    price = chance.randint(15_000, 40_000)
    prices = []
    for day in days:
        if chance.random() < 0.35:
            price = max(5_000, int(price * chance.uniform(0.75, 1.3)))
        if chance.random() < 0.93:
            prices.append((market, commodity, day, price))
    return prices


def _contents(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    # Which build last moved a run of alerts is the one thing that a full build says of itself.
    return {
        table: sorted(
            warehouse.execute(f"select (to_jsonb(t) - 'changed_seq')::text from build.{table} as t")
        )
        for table in COMPARED
    }


def test_nights_give_the_indicators_of_a_full_build(dbt_warehouse: Warehouse) -> None:
    warehouse, chance = dbt_warehouse, random.Random(7)  # noqa: S311
    commodities = ("bawang_merah", "beras_medium", "cabai_rawit_merah")
    weeks = [DAY - timedelta(days=7 * n) for n in range(30)]
    last_week = [DAY - timedelta(days=n) for n in range(1, 40)]
    warehouse.night(DAY - timedelta(days=1))
    for regency, market in MARKETS.items():
        for level in ("consumer", "producer"):
            history = [p for c in commodities for p in _history(chance, c, market, 4)]
            history += [(market, c, day, 30_000) for c in commodities for day in last_week]
            warehouse.load(regency, DAY, list({p[:3]: p for p in history}.values()), price_level=level)
        stocks = [("beras_medium", day, str(chance.randint(10, 400)), "12.5") for day in weeks]
        warehouse.load_stocks(regency, DAY, stocks)
    warehouse.build()
    warehouse.published()

    warehouse.night(DAY)
    corrected = [
        (MARKETS["3578"], "bawang_merah", DAY, 31_000),
        (MARKETS["3578"], "bawang_merah", DAY - timedelta(days=700), 99_000),
        (MARKETS["3578"], "cabai_rawit_merah", date(2025, 3, 20), 120_000),
        (MARKETS["3578"], "beras_medium", DAY - timedelta(days=12), 30_500),
        (MARKETS["3578"], "beras_medium", date(2026, 7, 5), 45_000),
    ]
    correction = warehouse.load("3578", DAY, corrected)
    short = warehouse.load_stocks(
        "3578", DAY, [("beras_medium", weeks[4], "1", "12.5"), ("beras_medium", weeks[9], "9000", None)]
    )
    warehouse.build()
    warehouse.published()

    warehouse.night(DAY + timedelta(days=1))
    warehouse.withdraw(correction)
    warehouse.withdraw(short)
    warehouse.load("3510", DAY, [(MARKETS["3510"], "bawang_merah", DAY + timedelta(days=1), 70_000)])
    warehouse.build()
    incremental = _contents(warehouse)

    warehouse.build("--full-refresh", "--vars={full: true}")
    full = _contents(warehouse)
    for table in COMPARED:
        assert full[table], table
        assert incremental[table] == full[table], table
    rules = warehouse.execute("select distinct rule_code from build.fct_price_alert order by 1")
    assert {rule for (rule,) in rules} >= {"above_ceiling", "jump_1d", "stale", "shortage", "alps"}
