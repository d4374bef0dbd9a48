"""The derived columns of prices."""

import numpy as np
import pytest

from tests.past import Past
from tests.unit.check.check_night import contract, day, decoded_file, night, reference, row

SHALLOT = ("bawang_merah", "3507-pasar-lawang", "consumer")


def past(**prices):
    return Past({(*SHALLOT, day(on.replace("_", "-").removeprefix("d"))): p for on, p in prices.items()})


def steady(price, days=5, market="3507-pasar-lawang", until="2026-07-27"):
    last = day(until)
    return {("bawang_merah", market, "consumer", last - i): price for i in range(days)}


def test_every_column_that_a_rule_may_judge_is_computed(tmp_path):
    locks = {"is_locked_change", "is_late_fill"}  # looked up in the warehouse, see test_lifecycle
    assert set(contract().derived_columns) - locks <= set(
        night(decoded_file(tmp_path, 0, [row()])).derived.columns
    )


def test_dates_against_the_business_date(tmp_path):
    result = night(decoded_file(tmp_path, 0, [row("2026-07-27"), row("2026-07-30"), row("entah")]))
    np.testing.assert_array_equal(result.column("days_ahead"), [-1, 2, np.nan])
    np.testing.assert_array_equal(result.column("observed_year"), [2026, 2026, np.nan])


def test_a_fraction_of_a_rupiah_is_its_remainder(tmp_path):
    result = night(decoded_file(tmp_path, 0, [row(price="30.000,25"), row(price="30.000", market="Turen")]))
    np.testing.assert_array_equal(result.column("price_remainder"), [0.25, 0])


@pytest.mark.parametrize(
    ("price", "position"),
    [("5000", 0), ("150000", 1), ("30000", 0.5268026), ("4999", -0.0000588), ("150001", 1.00000196)],
)
def test_the_range_is_logarithmic_and_its_bounds_are_inside(tmp_path, price, position):
    shallot = reference().commodities["bawang_merah"]
    assert (shallot.plausible_min_idr, shallot.plausible_max_idr) == (5_000, 150_000)
    found = night(decoded_file(tmp_path, 0, [row(price=price)])).column("range_position")[0]
    assert found == pytest.approx(position, abs=1e-6)
    assert (0 <= found <= 1) == (5_000 <= int(price) <= 150_000)


@pytest.mark.parametrize(
    ("unit", "fits"), [("kg", 1), ("Kilogram", 1), ("liter", 0), (None, np.nan), ("gerobak", np.nan)]
)
def test_the_unit_fits_the_commodity(tmp_path, unit, fits):
    np.testing.assert_array_equal(
        night(decoded_file(tmp_path, 0, [row(unit=unit)])).column("unit_fits"), [fits]
    )


def test_a_price_in_a_foreign_unit_is_not_compared(tmp_path):
    file = decoded_file(tmp_path, 0, [row(price="300000", unit="liter")])
    result = night(file, past=Past(steady(30_000)))
    assert np.isnan(result.column("suspected_factor")).all()
    assert np.isnan(result.column("range_position")).all()


def test_rows_that_share_a_key_are_counted_within_their_file(tmp_path):
    rows = [row(), row(price_level="grosir"), row(market="Lawang", price="31000"), row("2026-07-27")]
    first = decoded_file(tmp_path, 0, rows)
    second = decoded_file(tmp_path, 1, [row()])
    assert night(first, second).column("key_count").tolist() == [2, 1, 2, 1, 1]


def test_a_row_without_a_key_shares_it_with_nobody(tmp_path):
    result = night(decoded_file(tmp_path, 0, [row(market="Entah"), row(market="Entah")]))
    assert np.isnan(result.column("key_count")).all()


def test_a_change_is_measured_against_the_previous_observation_and_the_threshold(tmp_path):
    result = night(
        decoded_file(tmp_path, 0, [row(price="39000")]), past=past(d2026_07_25=20_000, d2026_07_27=30_000)
    )
    assert result.column("change_pct")[0] == pytest.approx(30)
    assert result.column("move_ratio")[0] == pytest.approx(1)
    assert result.derived.own.words.previous_day[0] == day("2026-07-27")


def test_a_suspect_is_neither_out_of_range_nor_an_unusual_move_as_well(tmp_path):
    result = night(decoded_file(tmp_path, 0, [row(price="300000")]), past=Past(steady(30_000)))
    assert result.column("suspected_factor").tolist() == [1]
    assert np.isnan(result.column("move_ratio")).all()
    assert np.isnan(result.column("range_position")).all()
    assert result.derived.own.is_suspect.tolist() == [True]


def test_rows_that_share_a_key_are_judged_but_are_no_observations(tmp_path):
    rows = [row("2026-07-27", price="90000"), row("2026-07-27", price="300000"), row(price="31000")]
    result = night(decoded_file(tmp_path, 0, rows), past=Past(steady(30_000, until="2026-07-26")))
    np.testing.assert_array_equal(result.column("suspected_factor"), [np.nan, 1, np.nan])
    assert result.derived.own.words.previous[2] == 30_000


def test_each_file_is_judged_in_its_own_series(tmp_path):
    """Two files of one office in one night: neither sees the other's rows, both see the warehouse."""
    first = decoded_file(tmp_path, 0, [row("2026-07-27", price="60000")])
    second = decoded_file(tmp_path, 1, [row("2026-07-28", price="31000")])
    result = night(first, second, past=Past(steady(30_000, until="2026-07-26")))
    assert result.derived.own.words.previous.tolist() == [30_000, 30_000]


def test_of_two_files_with_one_key_the_later_counts_for_the_province(tmp_path):
    earlier = decoded_file(tmp_path, 0, [row(price="10000")])
    later = decoded_file(tmp_path, 1, [row(price="30000")])
    other = decoded_file(tmp_path, 2, [row(price="32000", market="Pasar Tanjung")], regency="3509")
    references = night(earlier, later, other).column("reference_price")
    assert references.tolist() == [31_000] * 3


def test_the_province_is_tonights_rows_and_the_warehouse_of_the_other_markets(tmp_path):
    known = {
        ("bawang_merah", "3509-pasar-tanjung", "consumer", day("2026-07-28")): 50_000.0,
        ("bawang_merah", "3507-pasar-lawang", "consumer", day("2026-07-28")): 1.0,
        ("bawang_merah", "3509-pasar-tanjung", "producer", day("2026-07-28")): 2.0,
    }
    result = night(decoded_file(tmp_path, 0, [row(price="30000")]), past=Past(known))
    assert result.column("reference_price").tolist() == [40_000]


def test_the_unchanged_run_is_divided_by_the_commodities_threshold(tmp_path):
    stale_after = reference().commodities["bawang_merah"].stale_after_days
    known = steady(30_000, days=stale_after, until="2026-07-27")
    result = night(
        decoded_file(tmp_path, 0, [row("2026-07-27", price="30000"), row("2026-07-28", price="30000")]),
        past=Past(known),
    )
    np.testing.assert_array_equal(result.column("unchanged_days"), [np.nan, stale_after + 1])
    assert result.column("unchanged_ratio")[1] == pytest.approx((stale_after + 1) / stale_after)
