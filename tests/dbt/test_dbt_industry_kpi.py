"""Industry figures against an independent computation, the totals of 2011, an attack on what is withheld."""

import random
from datetime import date
from typing import Any

import pandas as pd
import pytest

from tests.dbt import industry_attack as attack
from tests.dbt import industry_figures as independent
from tests.dbt.dbt_warehouse import Warehouse
from tests.dbt.industry_registers import PROGRAMMES, fill, published, register

pytestmark = pytest.mark.database

DAY = date(2026, 7, 28)
MARTS = [
    "int_industry_class", "int_industry_disclosure", "fct_industry_kpi", "fct_industry_size_kpi",
    "fct_industry_shift_share", "fct_industry_mandate_kpi",
]  # fmt: skip
PLAIN = [
    "unit_count", "worker_count", "male_count", "female_count", "growth_pct", "worker_growth_pct",
    "worker_contribution_pct", "location_quotient", "certified_pct",
]  # fmt: skip
MONEY = ["investment_idr", "production_idr", "value_added_idr", "productivity_idr", "export_pct"]
SIGNATORIES = {"3504", "3510", "3522", "3573"}
RELATED = {"value_added_idr": "value_added", "investment_idr": "investment", "production_idr": "production"}


@pytest.fixture
def register_warehouse(dbt_warehouse: Warehouse) -> Warehouse:
    """A warehouse with all that lies below the industry marts, empty."""
    dbt_warehouse.dbt("run", "--select", "+int_industry_unit", "dim_regency")
    return dbt_warehouse


def _build(warehouse: Warehouse, units: pd.DataFrame) -> None:
    fill(warehouse, units)
    warehouse.dbt("build", "--exclude-resource-type=unit_test", "--select", *MARTS, "industry_parts_add_up")


def _regencies(warehouse: Warehouse) -> list[str]:
    return [code for (code,) in warehouse.execute("select regency_code from build.regencies order by 1")]


def test_figures_agree_with_an_independent_computation(register_warehouse: Warehouse) -> None:
    warehouse, chance = register_warehouse, random.Random(1)  # noqa: S311
    regencies = _regencies(warehouse)
    years = {}
    for year in (2010, 2011, 2012, 2013, 2015):
        reporting = [r for r in regencies if r in SIGNATORIES or chance.random() < 0.7]
        sizes = {r: chance.choice([1, 3, 12, 60]) for r in reporting}
        years[year] = register(chance, year, sizes, stated=0.4 if year == 2010 else 0.9)
    units = pd.concat(years.values())
    _build(warehouse, units)

    kpi = published(warehouse, "fct_industry_kpi")
    computed = independent.by_programme(units)
    assert len(kpi) == len(years) * 39 * len(PROGRAMMES)
    rows = {(row.period_on.year, row.regency_code, row.programme): row for row in kpi.itertuples()}
    assert all(row.period_on == date(row.period_on.year, 1, 1) for row in rows.values())
    seen: dict[str, int] = dict.fromkeys([*PLAIN, *MONEY, "contribution_pct", "production_growth_pct"], 0)
    for key, row in rows.items():
        if key not in computed:
            assert row.unit_count_reason == "not_reported", key
            assert all(pd.isna(getattr(row, figure)) for figure in seen), key
            continue
        wanted = computed[key]
        for figure in PLAIN:
            assert independent.same(getattr(row, figure), wanted[figure]), (key, figure)
            seen[figure] += pd.notna(getattr(row, figure))
        for figure in MONEY:
            if getattr(row, f"{figure}_reason") == "suppressed":
                assert figure == "productivity_idr" or wanted[figure] is not None, (key, figure)
                assert row.is_suppressed
            else:
                assert independent.same(getattr(row, figure), wanted[figure]), (key, figure)
                seen[figure] += pd.notna(getattr(row, figure))
        for figure, base in (("contribution_pct", (key[0], "35", key[2])),
                             ("production_growth_pct", (key[0] - 1, key[1], key[2]))):  # fmt: skip
            if pd.notna(value := getattr(row, figure)):
                share = wanted["production_idr"] / computed[base]["production_idr"] * 100
                assert independent.same(value, share - 100 if "growth" in figure else share), (key, figure)
                assert pd.notna(row.production_idr)
                assert pd.notna(rows[base].production_idr)
                seen[figure] += 1
    # Of the province none is shown here: other regencies reported the year before.
    assert min(seen.values()) > 20, seen
    assert {row.production_growth_pct_reason for key, row in rows.items() if key[1:] == ("35", "all")} == {
        "no_previous_year",
        "other_regencies_before",
    }

    _sizes_add_up(warehouse, units)
    _shift_share_agrees(warehouse, units)
    _mandated_add_up(warehouse, kpi)
    _what_does_not_add_up_fails(warehouse)


def _sizes_add_up(warehouse: Warehouse, units: pd.DataFrame) -> None:
    active = units[units["is_active"].astype(bool)]
    sizes = published(warehouse, "fct_industry_size_kpi")
    for row in sizes.itertuples():
        of_year = active[active["data_year"] == row.period_on.year]
        reported = row.regency_code == "35" or row.regency_code in set(
            units[units["data_year"] == row.period_on.year]["regency_code"]
        )
        here = of_year if row.regency_code == "35" else of_year[of_year["regency_code"] == row.regency_code]
        of_class = here[here["size_class"].fillna("unclassified") == row.size_class]
        assert independent.same(row.unit_count, len(of_class) if reported else None)
        workers = pd.to_numeric(of_class["worker_count"])
        stated = reported and (workers.notna().any() or not len(of_class))
        assert independent.same(row.worker_count, workers.sum() if stated else None)


def _shift_share_agrees(warehouse: Warehouse, units: pd.DataFrame) -> None:
    computed = independent.shift_share(units)
    table = published(warehouse, "fct_industry_shift_share")
    assert len(table) == len(computed) > 100
    for row in table.itertuples():
        parts = (row.provincial_growth_part, row.mix_part, row.competitive_part)
        wanted = computed[row.period_on.year, row.regency_code, row.division_code]
        for part, value in zip(parts, wanted, strict=True):
            assert independent.same(part, value), (row, wanted)
        assert sum(parts) == pytest.approx(row.worker_change, abs=1e-8)
        assert row.worker_change == row.worker_count - row.previous_worker_count
    competitive = table.groupby(["period_on", "division_code"])["competitive_part"].sum()
    kept = table.groupby(["period_on", "division_code"])["previous_worker_count"].sum() > 0
    assert competitive[kept].abs().max() < 1e-6, "what one regency wins of an industry another loses"


def _mandated_add_up(warehouse: Warehouse, kpi: pd.DataFrame) -> None:
    flags = kpi[kpi["regency_code"] != "35"]
    expected = [
        day.year >= 2012 and code in SIGNATORIES
        for day, code in zip(flags["period_on"], flags["regency_code"], strict=True)
    ]
    assert flags["is_mandated"].tolist() == expected
    assert kpi[kpi["regency_code"] == "35"]["is_mandated"].isna().all()
    groups = published(warehouse, "fct_industry_mandate_kpi")
    assert set(groups[groups["is_mandated"].astype(bool)]["place_count"]) == {4}
    for row in groups.itertuples():
        of_group = flags[
            (flags["period_on"] == row.period_on)
            & (flags["programme"] == row.programme)
            & (flags["is_mandated"] == row.is_mandated)
        ]
        assert row.unit_count == of_group["unit_count"].sum()
        assert row.regency_count == of_group["unit_count"].notna().sum()
        for figure in RELATED:
            shown = of_group[figure].dropna()
            assert independent.same(getattr(row, figure), shown.sum() if len(shown) else None)


def _what_does_not_add_up_fails(warehouse: Warehouse) -> None:
    test = "industry_parts_add_up"
    assert warehouse.failing_tests("--select", test) == []
    for table, change in (
        ("fct_industry_size_kpi", "unit_count = unit_count + 1 where size_class = 'small'"),
        ("fct_industry_shift_share", "mix_part = mix_part + 1"),
        ("fct_industry_kpi", "worker_count = worker_count + 1 where regency_code = '35'"),
    ):
        warehouse.execute(f"create table build.kept as table build.{table}")
        warehouse.execute(f"update build.{table} set {change}")
        assert warehouse.failing_tests("--select", test) == [test], table
        warehouse.execute(f"truncate build.{table}")
        warehouse.execute(f"insert into build.{table} table build.kept")
        warehouse.execute("drop table build.kept")


def test_no_withheld_value_can_be_recovered(register_warehouse: Warehouse) -> None:
    """Of 24 random registers, small ones among them: nothing published tells of fewer than three units."""
    warehouse, chance = register_warehouse, random.Random(5)  # noqa: S311
    regencies = _regencies(warehouse)
    registers = {}
    for year in range(1990, 2014):
        largest = chance.choice([4, 10, 25, 80])
        reporting = chance.sample(regencies, chance.randint(2, 9))
        sizes = {r: chance.randint(1, largest) for r in reporting}
        registers[year] = register(chance, year, sizes, stated=chance.choice([1, 0.9]))
    _build(warehouse, pd.concat(registers.values()))

    kpi = published(warehouse, "fct_industry_kpi")
    naive, withheld, shown = 0, 0, 0
    for year, units in registers.items():
        for measure in attack.MEASURES:
            stating = attack.contributing(units, measure)
            totals = set(attack.cells(stating))
            known = attack.known_totals(kpi, measure, year) & totals
            few = {cell for cell in totals if attack.members(stating, *cell).sum() < attack.MIN_UNITS}
            assert not known & few, (year, measure)
            assert attack.isolated(stating, known) == [], (year, measure)
            hidden = attack.withheld_totals(kpi, measure, year) & totals
            assert attack.recovered(stating, known, hidden) == [], (year, measure)
            # The control: were only the small groups withheld, the same attack would find units of them.
            naive += bool(attack.isolated(stating, totals - few))
            withheld, shown = withheld + len(hidden), shown + len(known)
    assert naive > 60, "the attack finds what secondary suppression is there for"
    assert shown > 1000, "withholding everything would be safe, and useless"
    assert withheld > 500


def test_attack_finds_what_a_hand_would() -> None:
    """Three regencies; Kediri's two units would follow from the province less the others."""
    units = pd.DataFrame(
        [("3506", 2, 0), ("3507", 5, 0), ("3508", 4, 4)], columns=["regency_code", "count", "agro"]
    )
    rows = [
        {
            "regency_code": row.regency_code,
            "all": True,
            **dict.fromkeys(PROGRAMMES[1:], False),
            "agro": n < row.agro,
        }
        for row in units.itertuples()
        for n in range(row.count)
    ]
    stating = pd.DataFrame(rows)
    others = {("35", "all"), ("3507", "all"), ("3508", "all")}
    assert attack.isolated(stating, others) != []
    assert attack.recovered(stating, others, {("3506", "all")}) == [("3506", "all")]
    without = others - {("3507", "all")}
    assert attack.isolated(stating, without) == []
    assert attack.recovered(stating, without, {("3506", "all"), ("3507", "all")}) == []
    # The agro industry of 3508 is all its industry: withholding its total alone would withhold nothing.
    assert attack.recovered(stating, {("3508", "agro")}, {("3508", "all")}) == [("3508", "all")]


def test_totals_of_2011(dbt_warehouse: Warehouse) -> None:
    """The province's published totals of 2011, spread over 38 regencies' files, come back from the marts."""
    warehouse = dbt_warehouse
    warehouse.night(DAY)
    regencies = _regencies(warehouse)
    for year, count in ((2010, 742_688), (2011, 783_758)):
        loads = [warehouse.load_units(regency, DAY, year, [], is_history=True) for regency in regencies]
        warehouse.execute(
            """
            insert into raw.industry_units (
                submission_id, load_seq, sheet, row_number, data_year, period_on, regency_code,
                company_name, village_name, kbli_code, kbli_version, male_count, female_count,
                investment_idr, production_idr, unit_status
            )
            select submission_id, load_seq, '', n / 38 + 2, %s, make_date(%s, 1, 1), regency_code,
                'Unit ' || n, 'Desa', '10710', '2020', workers / 2, workers - workers / 2,
                case
                    when n < 766783 then 50000000
                    when n < 766783 + 16182 then 1000000000
                    else 20000000000
                end,
                251336000, 'active'
            from (
                select n, ((n + 1) * 2910368 / 783758 - n * 2910368 / 783758)::integer as workers
                from generate_series(0::bigint, %s - 1) as n
            ) as units
            inner join (
                select submission_id, load_seq, regency_code,
                    row_number() over (order by regency_code) - 1 as place
                from intake.submissions where submission_id = any(%s)
            ) as files on place = n %% 38
            """,
            year, year, count, loads,
        )  # fmt: skip
    warehouse.dbt("run", "--select", "+fct_industry_kpi", "+fct_industry_size_kpi")

    def province(column: str, table: str, where: str) -> list[tuple[Any, ...]]:
        return warehouse.execute(
            f"select {column} from build.{table}"
            f" where regency_code = '35' and period_on = '2011-01-01' and {where}"
        )

    assert province("unit_count, worker_count", "fct_industry_kpi", "programme = 'all'") == [
        (783758, 2910368)
    ]
    sizes = province("size_class, unit_count", "fct_industry_size_kpi", "unit_count > 0")
    assert dict(sizes) == {"small": 766783, "medium": 16182, "large": 793}
    assert province("unit_count", "fct_industry_kpi", "programme = 'ikm'") == [(782965,)]
    ((growth, regency_count),) = province(
        "growth_pct, growth_regency_count", "fct_industry_kpi", "programme = 'all'"
    )
    assert (round(float(growth), 2), regency_count) == (5.53, 38)
    assert float(growth) == pytest.approx((783758 / 742688 - 1) * 100, rel=1e-9)
    spread = warehouse.execute(
        "select count(*), sum(unit_count), sum(worker_count), count(*) filter (where is_suppressed)"
        " from build.fct_industry_kpi"
        " where regency_code <> '35' and period_on = '2011-01-01' and programme = 'all'"
    )
    assert spread == [(38, 783758, 2910368, 0)]
