"""The seeds are complete: what marts, alerts and answers to offices need of every list is there."""

import csv
import itertools
from datetime import date, timedelta

import pytest

from lumbung.reference import Reference
from lumbung.settings import Settings

SETTINGS = Settings.load()
YEARS = range(2012, 2028)
MOVABLE = {
    "Tahun Baru Imlek", "Hari Suci Nyepi", "Wafat Isa Almasih", "Kenaikan Isa Almasih", "Hari Raya Waisak",
    "Idul Fitri", "Idul Fitri hari kedua", "Idul Adha", "Tahun Baru Islam", "Maulid Nabi Muhammad SAW",
}  # fmt: skip
FIXED = {"Tahun Baru Masehi": (1, 1), "Proklamasi Kemerdekaan": (8, 17), "Hari Raya Natal": (12, 25)}
SINCE = {"Hari Buruh Internasional": 2014, "Hari Lahir Pancasila": 2017, "Hari Raya Paskah": 2024}
"""Holidays that were none before: Keppres 24/2013, Keppres 24/2016, Keppres 8/2024."""


def seed(name: str) -> list[dict[str, str]]:
    with (SETTINGS.seeds / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def days(name: str) -> list[date]:
    return [date.fromisoformat(row["date_on"]) for row in seed("holidays") if name in row["holiday_name_id"]]


def test_every_commodity_has_group_unit_and_thresholds() -> None:
    needed = (
        "commodity_name", "commodity_group", "unit", "unit_evidence", "plausible_min_idr",
        "plausible_max_idr", "unusual_move_pct", "stale_after_days", "is_basket",
    )  # fmt: skip
    commodities = seed("commodities")
    assert [(row["commodity_code"], key) for row in commodities for key in needed if not row[key]] == []
    numbers = [row["siskaperbapo_id"] for row in commodities if row["siskaperbapo_id"]]
    assert len(numbers) == len(set(numbers)), "one number, one commodity"


def test_a_package_states_its_size_and_a_measure_does_not() -> None:
    sizes = {
        (row["unit"], row["package_quantity"], row["package_unit"])
        for row in seed("commodities")
        if row["package_quantity"] or row["package_unit"] or any(mark.isdigit() for mark in row["unit"])
    }
    assert sizes == {
        ("370 gr/kl", "370", "gram"), ("400 gr/dos", "400", "gram"), ("40 kg", "40", "kg"),
        ("tabung 3 kg", "3", "kg"),
    }  # fmt: skip


def test_every_alert_rule_has_a_threshold_for_every_commodity() -> None:
    known = Reference.load(SETTINGS).commodities
    rules = {row["rule_code"]: row for row in seed("alert_rules")}
    assert all(float(row["default_threshold"]) >= 0 and int(row["gap_days"]) > 0 for row in rules.values())
    own = [(row["rule_code"], row["commodity_code"]) for row in seed("alert_thresholds")]
    assert len(own) == len(set(own))
    assert {rule for rule, _ in own} <= set(rules)
    assert {code for _, code in own} <= set(known)


def test_every_ceiling_has_a_commodity_or_says_why_and_holds_in_a_known_zone() -> None:
    units = {row["commodity_code"]: row["unit"] for row in seed("commodities")}
    zones = {row["zone"] for row in seed("zones")}
    for row in seed("price_ceilings"):
        assert bool(row["commodity_code"]) != bool(row["not_monitored_reason"]), row
        assert row["unit"] == units.get(row["commodity_code"], row["unit"]), row
        assert row["zone"] in zones, row
        assert row["legal_basis"], row
        assert row["verification_status"], row
        assert row["lower_idr"] or row["upper_idr"], row
        assert row["ceiling_kind"] == "HPP" or row["upper_idr"], row


def test_no_two_ceilings_begin_on_one_day() -> None:
    """Of those in force the latest counts: two that begin together would leave it to chance."""
    keys = [
        (row["commodity_code"], row["price_level"], row["valid_from"])
        for row in seed("price_ceilings")
        if row["commodity_code"] and row["ceiling_kind"] != "HPP"
    ]
    assert len(keys) == len(set(keys))


def test_zones_hold_in_places_that_exist() -> None:
    places = {row["regency_code"] for row in seed("regencies")} | {"35"}
    zones = seed("zones")
    assert {row["place_code"] for row in zones} <= places
    assert {("35", "nasional"), ("35", "Jawa")} <= {(row["place_code"], row["zone"]) for row in zones}


@pytest.mark.parametrize("year", YEARS)
def test_every_year_has_its_seasons(year: int) -> None:
    found = {row["season_code"]: row for row in seed("season_calendar") if row["season_year"] == str(year)}
    assert set(found) == {"ramadan", "idul_fitri", "natal_tahun_baru"}
    first, last, feast = (
        date.fromisoformat(found[code][day])
        for code, day in [("ramadan", "starts_on"), ("ramadan", "ends_on"), ("idul_fitri", "anchor_on")]
    )
    assert (feast - first).days in (29, 30)
    assert last == feast - timedelta(days=1)
    assert feast in days("Idul Fitri")
    assert found["natal_tahun_baru"]["starts_on"] == f"{year}-12-25"
    for row in found.values():
        assert row["starts_on"] <= row["anchor_on"] <= row["ends_on"]


def test_ramadan_comes_a_lunar_year_after_the_last() -> None:
    starts = [
        date.fromisoformat(row["starts_on"])
        for row in seed("season_calendar")
        if row["season_code"] == "ramadan"
    ]
    gaps = {(later - earlier).days for earlier, later in itertools.pairwise(starts)}
    assert gaps <= {354, 355}


@pytest.mark.parametrize("year", YEARS)
def test_every_year_has_its_holidays(year: int) -> None:
    names = " · ".join(row["holiday_name_id"] for row in seed("holidays") if row["date_on"][:4] == str(year))
    expected = MOVABLE | {name for name, since in SINCE.items() if year >= since}
    assert [name for name in expected | set(FIXED) if name not in names] == []
    for name, (month, day) in FIXED.items():
        assert date(year, month, day) in days(name)
    assert [name for name, since in SINCE.items() if year < since and name in names] == []


def test_days_that_depend_on_easter_are_where_easter_puts_them() -> None:
    for year in YEARS:
        easter = gregorian_easter(year)
        assert easter - timedelta(days=2) in days("Wafat Isa Almasih"), year
        assert easter + timedelta(days=39) in days("Kenaikan Isa Almasih"), year
        assert year < SINCE["Hari Raya Paskah"] or easter in days("Hari Raya Paskah"), year


def test_feasts_of_one_lunar_year_keep_their_distance() -> None:
    """Two lunar months and nine days to Idul Adha, three months to the new year."""
    for feast in days("Idul Fitri"):
        if any(feast - timedelta(days=1) == other for other in days("Idul Fitri")):
            continue  # the second day
        assert any(67 <= (later - feast).days <= 69 for later in days("Idul Adha")), feast
        assert any(87 <= (later - feast).days <= 90 for later in days("Tahun Baru Islam")), feast


def gregorian_easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian algorithm."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
