"""The register of industry units on hand-made rows: identity, size, programmes, changes, who may see what."""

import json
import random
from dataclasses import astuple, replace
from datetime import date
from typing import Any

import psycopg
import pytest

from lumbung.build.manifest import mart_models, parse
from lumbung.build.untouched import left_alone
from lumbung.publish.release import publish
from lumbung.publish.rollback import rollback
from lumbung.settings import Role
from lumbung.warehouse.connection import connect
from tests.dbt.dbt_warehouse import Product, Unit, Warehouse
from tests.privacy import everything_readable

pytestmark = pytest.mark.database

DAY = date(2026, 7, 28)
PUBLIC = ["fct_industry_unit", "fct_industry_change", "fct_ovop_product"]
RESTRICTED = ["industry_unit_detail", "industry_near_match"]
SELECTED = (
    "--indirect-selection=cautious",
    "--select",
    *(f"+{mart}" for mart in (*PUBLIC, *RESTRICTED, "touched_industry_regency", "dim_regency", "dim_kbli")),
    "industry_changes_explain_the_number_of_units",
)
REGENCY, OTHER = "3510", "3578"
NIB = "9120001234567"
MILLION, BILLION = 10**6, 10**9


def units(warehouse: Warehouse, columns: str, mart: str = "industry_unit_detail") -> list[tuple[Any, ...]]:
    return warehouse.execute(f"select {columns} from build.{mart} order by {columns}")


def test_later_files_of_a_year_add_and_replace_and_withdrawing_undoes(dbt_warehouse: Warehouse) -> None:
    """A full file, a part with one change and one new unit, then the part withdrawn."""
    warehouse = dbt_warehouse
    warehouse.night(DAY)
    warehouse.load_units(REGENCY, DAY, 2025, [Unit("UD Satu", nib=NIB), Unit("UD Dua"), Unit("UD Tiga")])
    warehouse.load_units(OTHER, DAY, 2025, [Unit("UD Satu", nib=NIB)])
    part = warehouse.load_units(
        REGENCY, DAY, 2025, [Unit("u.d. dua", "Desa Sukomulyo", workers=(9, 9)), Unit("UD Empat")]
    )
    warehouse.build(*SELECTED)
    told = "regency_code, company_name, worker_count"
    assert units(warehouse, told) == [
        (REGENCY, "UD Empat", 5), (REGENCY, "UD Satu", 5), (REGENCY, "UD Tiga", 5), (REGENCY, "u.d. dua", 18),
        (OTHER, "UD Satu", 5),
    ]  # fmt: skip
    keys = dict(units(warehouse, "company_name, unit_key"))
    warehouse.withdraw(part)
    warehouse.build(*SELECTED)
    assert units(warehouse, told) == [
        (REGENCY, "UD Dua", 5), (REGENCY, "UD Satu", 5), (REGENCY, "UD Tiga", 5), (OTHER, "UD Satu", 5),
    ]  # fmt: skip
    assert dict(units(warehouse, "company_name, unit_key"))["UD Dua"] == keys["u.d. dua"]


def test_near_matches_are_reported_and_not_merged(dbt_warehouse: Warehouse) -> None:
    warehouse = dbt_warehouse
    warehouse.night(DAY)
    warehouse.load_units(
        REGENCY,
        DAY,
        2025,
        [
            Unit("UD Sumber Rejeki"),
            Unit("CV Sumber Rezeki"),
            Unit("UD Sumber Rejeki", kbli_code="10710"),
            Unit("UD Sumber Rejeki 2"),
            Unit("UD Sumber Rejeki", "Kelud"),
            Unit("UD Lama", nib=NIB),
            Unit("UD Baru", nib=NIB),
        ],
    )
    warehouse.load_units(OTHER, DAY, 2025, [Unit("UD Baru", nib=NIB)])
    warehouse.build(*SELECTED)
    assert units(warehouse, "count(*)") == [(7,)]  # two of the eight rows have one NIB in one regency
    near = warehouse.execute(
        "select match_kind, least(company_name, other_company_name),"
        " greatest(company_name, other_company_name),"
        " unit_key = other_unit_key, is_merged from build.industry_near_match order by 1, 2, 3"
    )
    assert near == [
        ("same_name_other_kbli", "UD Sumber Rejeki", "UD Sumber Rejeki", False, False),
        ("same_nib_other_name", "UD Baru", "UD Lama", True, True),
        ("same_nib_other_regency", "UD Baru", "UD Baru", False, False),
        ("similar_name", "CV Sumber Rezeki", "UD Sumber Rejeki", False, False),
        ("similar_name", "CV Sumber Rezeki", "UD Sumber Rejeki", False, False),
    ]


def test_size_kbli_and_programmes_by_the_seeds(dbt_warehouse: Warehouse) -> None:
    """Figures at the bounds of Permenperin 64/2016 and of the rule before it; lists as in the seeds."""
    warehouse = dbt_warehouse
    warehouse.night(DAY)
    rows = [
        Unit("a", workers=(10, 9), investment_idr=BILLION - 1, size_class="large"),
        Unit("b", workers=(10, 9), investment_idr=BILLION),
        Unit("c", workers=(20, None), investment_idr=15 * BILLION),
        Unit("d", workers=(None, 20), investment_idr=15 * BILLION + 1),
        Unit("e", workers=(None, None), investment_idr=200 * MILLION + 1),
        Unit("f", kbli_code="13134", creative_subsector="kriya", investment_idr=None),
        Unit("g", kbli_code="10211"),
        Unit("h", kbli_code="15121", kbli_version="2009", creative_subsector="kerajinan"),
        Unit("i", kbli_code="10999", kbli_version="2009"),
    ]
    for year in (2014, 2025):
        warehouse.load_units(REGENCY, DAY, year, rows)
    warehouse.load_products(
        REGENCY,
        DAY,
        2025,
        [Product("Keripik Singkong Banyuwangi", star_count=4), Product("Batik", star_count=None)],
    )
    warehouse.load_units(
        REGENCY,
        DAY,
        2025,
        [
            Unit("j", product_name="Keripik  singkong"),
            Unit("k", "Kelud", product_name="Keripik singkong"),
            Unit("l", product_name="BATIK", kbli_code="13134"),
        ],
    )
    warehouse.build(*SELECTED)
    found = warehouse.execute(
        "select d.data_year, d.company_name, u.size_class, u.size_class_reason, u.kbli_2020_code, u.is_ikm,"
        " u.is_creative, u.is_agro, u.is_core_competence, u.star_count, u.star_count_reason"
        " from build.fct_industry_unit as u join build.industry_unit_detail as d using (unit_key, data_year)"
        " order by 1, 2"
    )
    no = "not_ovop"
    missing = ("workers_not_stated", "investment_not_stated")
    assert found == [
        (2014, "a", "medium", None, "10794", True, False, True, False, None, no),
        (2014, "b", "medium", None, "10794", True, False, True, False, None, no),
        (2014, "c", "large", None, "10794", False, False, True, False, None, no),
        (2014, "d", "large", None, "10794", False, False, True, False, None, no),
        (2014, "e", "medium", None, "10794", True, False, True, False, None, no),
        (2014, "f", None, missing[1], "13134", False, False, False, False, None, no),
        (2014, "g", "small", None, "10211", True, False, True, True, None, no),
        (2014, "h", "small", None, "15121", True, True, False, False, None, no),
        (2014, "i", "small", None, None, True, False, True, False, None, no),
        (2025, "a", "small", None, "10794", True, False, True, False, None, no),
        (2025, "b", "medium", None, "10794", True, False, True, False, None, no),
        (2025, "c", "medium", None, "10794", True, False, True, False, None, no),
        (2025, "d", "large", None, "10794", False, False, True, False, None, no),
        (2025, "e", None, missing[0], "10794", False, False, True, False, None, no),
        (2025, "f", None, missing[1], "13134", False, True, False, False, None, no),
        (2025, "g", "small", None, "10211", True, False, True, True, None, no),
        (2025, "h", "small", None, "15121", True, False, False, False, None, no),
        (2025, "i", "small", None, None, True, False, True, False, None, no),
        (2025, "j", "small", None, "10794", True, False, True, False, 4, None),
        (2025, "k", "small", None, "10794", True, False, True, False, None, no),
        (2025, "l", "small", None, "13134", True, False, False, False, None, "not_rated"),
    ]


def test_changes_between_years_explain_the_number_of_units(dbt_warehouse: Warehouse) -> None:
    """2023 and 2024 full, 2025 a part: nine of ten units are not named in it and have not closed."""
    warehouse = dbt_warehouse
    warehouse.night(DAY)
    firms = [Unit(f"UD {name}", nib=f"91200{n:08d}") for n, name in enumerate("abcdefghij")]
    grown = replace(firms[1], workers=(20, 20), investment_idr=16 * BILLION, kbli_code="13134")
    later = [firms[0], grown, replace(firms[2], unit_status="closed"), *firms[4:], Unit("UD baru")]
    warehouse.load_units(REGENCY, DAY, 2023, firms)
    warehouse.load_units(REGENCY, DAY, 2024, later)
    warehouse.load_units(REGENCY, DAY, 2025, [firms[0], firms[3]])
    warehouse.build(*SELECTED)
    changes = warehouse.execute(
        "select c.data_year, d.company_name, c.change_type, c.change_reason, c.unit_change,"
        " c.from_value, c.to_value from build.fct_industry_change as c"
        " join build.industry_unit_detail as d using (unit_key)"
        " where d.data_year ="
        " (select max(data_year) from build.industry_unit_detail where unit_key = c.unit_key)"
        " and c.change_type <> 'missing' order by 1, 2, 4"
    )
    assert changes == [
        (2024, "UD b", "reclassified", "agro", 0, "in", "out"),
        (2024, "UD b", "reclassified", "ikm", 0, "in", "out"),
        (2024, "UD b", "reclassified", "kbli_code", 0, "10794", "13134"),
        (2024, "UD b", "reclassified", "size_class", 0, "small", "large"),
        (2024, "UD baru", "opened", "new", 1, None, None),
        (2024, "UD c", "closed", "stated", -1, None, None),
        (2024, "UD d", "closed", "not_named", -1, None, None),
        (2025, "UD d", "opened", "returned", 1, None, None),
    ]
    assert warehouse.execute(
        "select data_year, is_register_full, sum(unit_change),"
        " count(*) filter (where change_type = 'missing')"
        " from build.fct_industry_change group by 1, 2 order by 1"
    ) == [(2024, True, -1, 0), (2025, False, -7, 8)]


def test_an_independent_count_agrees_over_files_in_any_order(dbt_warehouse: Warehouse) -> None:
    """Random files of three offices over three years against the same rules on dictionaries."""
    warehouse = dbt_warehouse
    warehouse.night(DAY)
    chance = random.Random(20260728)  # noqa: S311
    files = []
    for _ in range(18):
        regency, year = chance.choice(["3504", REGENCY, OTHER]), chance.choice([2023, 2024, 2025])
        rows = {}
        for _ in range(chance.randint(1, 25)):
            unit = Unit(
                f"UD {chance.choice('abcdefghijkl')}",
                chance.choice(["Suko", "Kelud"]),
                chance.choice(["10794", "13134"]),
                chance.choice([None, None, *(f"912000000{n:04d}" for n in range(12))]),
                workers=(chance.randint(0, 30), chance.randint(0, 30)),
                unit_status=chance.choice(["active", "active", "active", "closed"]),
            )
            rows[unit.company_name, unit.village_name, unit.kbli_code] = unit
        files.append((regency, year, list(rows.values())))
    for regency, year, rows in files:
        warehouse.load_units(regency, DAY, year, rows)
    warehouse.build(*SELECTED)
    register, active = _expected_register(files)
    found = units(warehouse, "regency_code, data_year, company_name, nib, worker_count")
    assert sorted(map(repr, found)) == sorted(map(repr, register))
    counted = warehouse.execute(
        "select regency_code, data_year, count(*) filter (where is_active) from build.fct_industry_unit"
        " group by 1, 2"
    )
    assert {(regency, year): n for regency, year, n in counted} == active


def _expected_register(
    files: list[tuple[str, int, list[Unit]]],
) -> tuple[list[tuple[Any, ...]], dict[tuple[str, int], int]]:
    """Rows in force and active units: NIB first, else name, village and KBLI, or the one NIB of these."""
    nibs: dict[tuple[str, ...], set[str]] = {}
    for regency, _, rows in files:
        for unit in rows:
            if unit.nib:
                nibs.setdefault((regency, *astuple(unit)[:3]), set()).add(unit.nib)
    latest: dict[tuple[Any, ...], Unit] = {}
    for regency, year, rows in files:
        for unit in rows:
            name = astuple(unit)[:3]
            known = nibs.get((regency, *name), set())
            nib = unit.nib or (next(iter(known)) if len(known) == 1 else None)
            latest[regency, year, nib or name, nib] = unit
    active: dict[tuple[str, int], int] = {}
    for (regency, year, *_), unit in latest.items():
        active[regency, year] = active.get((regency, year), 0) + (unit.unit_status == "active")
    rows_in_force = [
        (regency, year, unit.company_name, nib, sum(n or 0 for n in unit.workers))
        for (regency, year, _, nib), unit in latest.items()
    ]
    return rows_in_force, active


def _publish(warehouse: Warehouse) -> int:
    """What the night does after a build; the number of the release."""
    settings = warehouse.settings
    marts = mart_models(settings)
    ((last,),) = warehouse.execute("select max(change_seq) from intake.changes")
    warehouse.execute(
        "insert into audit.builds (night_id, from_load_seq, to_load_seq, is_success)"
        " select max(night_id), 0, %s, true from audit.nights",
        last,
    )
    release = publish(settings, 1, DAY, "test", marts, last)
    assert release is not None
    return release.release_id


PERSONAL = Unit(
    "UD Rahasia", nib=NIB, owner_name="Siti Rahayu", address="Jalan Melati 5", investment_idr=123_456_789,
    production_idr=987_654_321, material_idr=456_789_123, brand_name="Cap Rahasia",
)  # fmt: skip
SECRETS = [
    NIB, "Rahasia", "rahasia", "Siti", "Melati", "123456789", "987654321", "456789123", "530865198",
]  # fmt: skip


def test_readers_see_no_names_nib_or_money_and_planners_do_as_of_any_release(
    dbt_warehouse: Warehouse,
) -> None:
    """A unit is published, corrected and rolled back; the two roles read everything that they may."""
    warehouse = dbt_warehouse
    warehouse.night(DAY)
    warehouse.load_units(REGENCY, DAY, 2025, [PERSONAL, Unit("UD Rahasia", kbli_code="10710")])
    warehouse.load_products(REGENCY, DAY, 2025, [Product("Batik", group_name="UD Rahasia", unit_count=1)])
    warehouse.build(*SELECTED)
    first = _publish(warehouse)
    warehouse.load_units(REGENCY, DAY, 2025, [replace(PERSONAL, owner_name="Budi", workers=(30, 30))])
    warehouse.build(*SELECTED)
    second = _publish(warehouse)
    settings = warehouse.settings

    with connect(Role.READER, settings, autocommit=True) as reader:
        for schema in ("restricted", "history", "build", "raw", "intake"):
            for table in RESTRICTED:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    reader.execute(f"select count(*) from {schema}.{table}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("select * from intake.unit_key_salt")
        for table in RESTRICTED:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(f"select count(*) from asof.{table}")
        for release in ("", first, second):
            reader.execute("select set_config('lumbung.release', %s, false)", [str(release)])
            text = everything_readable(reader)
            assert "fct_industry_unit" in text
            assert [secret for secret in SECRETS if secret in text] == []

    with connect(Role.PLANNER, settings, autocommit=True) as planner:
        told = "select owner_name, nib, worker_count, investment_idr from {}.industry_unit_detail order by 1"
        assert planner.execute(told.format("restricted")).fetchall() == [
            ("Budi", NIB, 60, 123_456_789), (None, None, 5, 50 * MILLION),
        ]  # fmt: skip
        planner.execute("select set_config('lumbung.release', %s, false)", [str(first)])
        assert planner.execute(told.format("asof")).fetchall()[0] == ("Siti Rahayu", NIB, 5, 123_456_789)
        assert planner.execute("select match_kind from asof.industry_near_match").fetchall() == [
            ("same_name_other_kbli",)
        ]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            planner.execute("select * from history.industry_unit_detail")
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            planner.execute("delete from restricted.industry_unit_detail")
    with connect(Role.ENGINEER, settings, autocommit=True) as engineer:
        assert engineer.execute("select owner_name from history.industry_unit_detail").fetchall() == [
            ("Siti Rahayu",)
        ]

    rollback(
        settings, first, "a reason", "a person", [m for m in mart_models(settings) if m.name in RESTRICTED]
    )
    with connect(Role.PLANNER, settings, autocommit=True) as planner:
        assert planner.execute(told.format("restricted")).fetchall()[0][0] == "Siti Rahayu"


def test_the_key_of_a_unit_cannot_be_worked_out_from_its_nib(dbt_warehouse: Warehouse) -> None:
    """Two installations give one NIB two keys: without the salt nothing can be tried."""
    warehouse = dbt_warehouse
    warehouse.night(DAY)
    warehouse.load_units(REGENCY, DAY, 2025, [PERSONAL])
    warehouse.build(*SELECTED)
    ((before,),) = units(warehouse, "unit_key")
    warehouse.build(*SELECTED)
    assert units(warehouse, "unit_key") == [(before,)]
    ((salt,),) = warehouse.execute("select salt from intake.unit_key_salt")
    assert len(salt) == 64
    warehouse.execute("update intake.unit_key_salt set salt = 'another'")
    warehouse.build(*SELECTED)
    assert units(warehouse, "unit_key") != [(before,)]


def test_a_night_of_prices_leaves_the_register_alone_and_touches_no_regency(dbt_warehouse: Warehouse) -> None:
    warehouse = dbt_warehouse
    manifest = json.loads(parse(warehouse.settings).read_text())
    of_register = {*PUBLIC, *RESTRICTED, "int_industry_unit", "int_industry_year", "int_ovop_product"}
    assert of_register <= set(left_alone(manifest, frozenset({"staple_prices"})))
    assert not of_register & set(left_alone(manifest, frozenset({"ovop_products"}))) - {"int_industry_row"}
    warehouse.night(DAY)
    warehouse.load_units(REGENCY, DAY, 2025, [PERSONAL])
    warehouse.build(*SELECTED)
    assert warehouse.execute("select * from build.touched_industry_regency") == [(REGENCY,)]
    warehouse.published()
    warehouse.load(OTHER, DAY, [("3578-keputran", "beras_medium", DAY, 12_000)])
    warehouse.build(*SELECTED)
    assert warehouse.execute("select * from build.touched_industry_regency") == []


FAULTS = {
    "update build.fct_industry_unit set size_class = null": "reason_given_fct_industry_unit",
    "update build.industry_unit_detail set investment_idr = null": "reason_given_industry_unit_detail",
    "update build.fct_ovop_product set turnover_idr = 1, unit_count = 1": "reason_given_fct_ovop_product",
    "update build.fct_industry_change set change_type = 'other'": "accepted_values_fct_industry_change",
    "update build.fct_industry_change set unit_change = 0": "industry_changes_explain_the_number_of_units",
    "insert into build.fct_industry_unit table build.fct_industry_unit": "primary_key_fct_industry_unit",
    "update build.core_competences set regency_code = '3599'": "relationships_core_competences_regency_code",
    "update build.kbli_map set kbli_2020_code = '00000'": "relationships_kbli_map_kbli_2020_code",
}


def test_what_is_broken_fails_a_test(dbt_warehouse: Warehouse) -> None:
    warehouse = dbt_warehouse
    warehouse.night(DAY)
    warehouse.load_units(REGENCY, DAY, 2024, [PERSONAL])
    warehouse.load_units(REGENCY, DAY, 2025, [PERSONAL, Unit("UD Baru")])
    warehouse.load_products(REGENCY, DAY, 2025, [Product("Batik", unit_count=1)])
    warehouse.build(*SELECTED)
    selected = ("--select", *PUBLIC, *RESTRICTED, "core_competences", "kbli_map")
    assert warehouse.failing_tests(*selected) == []
    for fault, _ in FAULTS.items():
        warehouse.execute(fault)
    failing = warehouse.failing_tests(*selected)
    for name in FAULTS.values():
        assert [test for test in failing if test.startswith(name)], (name, failing)
