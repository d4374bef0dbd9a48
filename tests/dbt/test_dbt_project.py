"""The dbt project as a whole: it builds on nothing, its truth tables hold, its tests can fail."""

import json
from collections import Counter
from datetime import date

import pytest

from lumbung.build.manifest import parse
from lumbung.build.untouched import left_alone, undeclared
from tests.dbt.dbt_warehouse import Warehouse

pytestmark = pytest.mark.database

BANYUWANGI = "3510-pasar-banyuwangi"
DAY = date(2026, 7, 28)


def test_an_empty_warehouse_builds_and_every_truth_table_holds(dbt_warehouse: Warehouse) -> None:
    results = dbt_warehouse.dbt("build")
    kinds = Counter((str(r.node.resource_type), str(r.status)) for r in results)
    assert kinds[("unit_test", "pass")] >= 18
    assert kinds[("test", "pass")] >= 90
    assert not [kind for kind in kinds if kind[1] in ("warn", "skipped")]
    assert dbt_warehouse.execute("select count(*) from build.fct_price_daily") == [(0,)]
    assert dbt_warehouse.execute("select count(*) from build.rpt_reporting_rate") == [(0,)]


def test_seeds_hold_what_is_known(dbt_warehouse: Warehouse) -> None:
    counts = dbt_warehouse.execute(
        """
        select (select count(*) from build.regencies), (select count(*) from build.markets),
               (select count(*) from build.kbli), (select count(*) from build.price_ceilings),
               (select count(distinct regency_code) from build.mandates),
               (select count(*) from build.price_ceilings where valid_from is null)
        """
    )
    assert counts == [(38, 121, 475, 28, 4, 1)]


def test_only_models_that_nothing_else_moves_are_left_alone(dbt_warehouse: Warehouse) -> None:
    manifest = json.loads(parse(dbt_warehouse.settings).read_text())
    left = left_alone(manifest, frozenset({"staple_prices"}))
    assert {"fct_stock_daily", "dim_regency", "primary_key_regencies_regency_code"} < set(left)
    assert "price_grid_is_complete" not in left
    assert undeclared(manifest) == []


SEED_FAULTS = {
    "insert into build.markets select * from build.markets limit 1": "primary_key_markets",
    "update build.market_aliases set market_id = 'nowhere'": "relationships_market_aliases",
    "update build.commodities set plausible_min_idr = 900000": "plausible_range_is_a_range",
    "delete from build.offices where regency_code = '3510'": "every_regency_has_office",
    "update build.price_ceilings set lower_idr = 999999": "ceilings_have_ordered_bounds",
}

MART_FAULTS = {
    "insert into build.fct_submission select * from build.fct_submission": "primary_key_fct_submission",
    "update build.fct_price_province_daily set price_idr = price_idr + 5000": "province_price_lies_between",
    "delete from build.fct_price_daily where regency_code = '3578'": "price_grid_is_complete",
    "delete from build.rpt_reporting_rate where regency_code = '3578'": "reporting_grid_is_complete",
    "update build.fct_price_daily set change_1d_pct_reason = null": "reason_given_fct_price_daily",
    "update build.fct_price_observation set regency_code = '3578'": "prices_stay_in_their_regency",
    "update build.fct_price_observation set price_level = 'online'": "accepted_values_fct_price_observation",
    "update build.rpt_reporting_rate set completeness_pct = 101": "in_range_rpt_reporting_rate_",
}


def test_every_kind_of_broken_seed_fails_a_test(dbt_warehouse: Warehouse) -> None:
    for fault in SEED_FAULTS:
        dbt_warehouse.execute(fault)
    failing = dbt_warehouse.failing_tests("--select", "resource_type:seed+1")
    for fault, name in SEED_FAULTS.items():
        assert [test for test in failing if test.startswith(name)], (fault, failing)


def test_every_kind_of_broken_mart_fails_a_test(dbt_warehouse: Warehouse) -> None:
    dbt_warehouse.night(DAY)
    dbt_warehouse.load("3510", DAY, [(BANYUWANGI, "bawang_merah", DAY, 30000)])
    dbt_warehouse.build()
    assert dbt_warehouse.failing_tests() == []
    for fault in MART_FAULTS:
        dbt_warehouse.execute(fault)
    failing = dbt_warehouse.failing_tests("--vars={test_everything: true}")
    for fault, name in MART_FAULTS.items():
        assert [test for test in failing if test.startswith(name)], (fault, failing)
