"""Programme activities: supersession, monthly figures and what is not synchronised, on rows made by hand."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from lumbung.build.manifest import parse
from lumbung.build.untouched import left_alone
from lumbung.sample.generate import SEED
from lumbung.sample.programmes import activities_of_office, is_silent
from tests.dbt.dbt_warehouse import Activity, Warehouse

pytestmark = pytest.mark.database

DAY = date(2026, 7, 28)
MARTS = ["fct_programme_activity", "fct_programme_monthly", "rpt_programme_sync"]
BUILT = [*MARTS, "touched_programme_month", "dim_regency", "fct_submission"]
SELECTED = ("--select", *(f"+{model}" for model in BUILT))
SIGNED, UNSIGNED = "3510", "3578"
PROVINCIAL = ("JTM-DAG-01", "JTM-DAG-02", "JTM-IND-01", "JTM-IND-02", "JTM-IND-03")


def month(number: int, year: int = 2026) -> date:
    return date(year, number, 1)


def activities(warehouse: Warehouse, regency: str, columns: str) -> list[tuple[Any, ...]]:
    return warehouse.execute(
        f"select {columns} from build.fct_programme_activity where regency_code = %s"
        " order by month_on, activity_code",
        regency,
    )


def findings(warehouse: Warehouse, regency: str, year: int = 2026) -> list[tuple[str, str]]:
    return warehouse.execute(
        "select finding_code, subject_code from build.rpt_programme_sync"
        " where (regency_code, year) = (%s, %s) order by 1, 2",
        regency,
        year,
    )


def test_the_latest_row_counts_and_withdrawing_it_brings_the_earlier_back(dbt_warehouse: Warehouse) -> None:
    """May is sent, sent again with a revised budget and one activity less, then the second file withdrawn."""
    warehouse = dbt_warehouse
    warehouse.night(DAY)
    first = [
        Activity(month(5), "a", 100, 25, "30", "JTM-IND-01"),
        Activity(month(5), "b", 400, 100, "20", None, True),
    ]
    sent = warehouse.load_activities(SIGNED, DAY, first)
    again = warehouse.load_activities(SIGNED, DAY, [replace(first[0], budget_idr=200, realised_idr=60)])
    warehouse.load_activities(SIGNED, DAY, [Activity(month(7), "a", 250, 100, "60.5", "JTM-IND-01")])
    warehouse.build(*SELECTED)
    columns = (
        "month_on, activity_code, budget_idr, realised_idr, financial_pct::float8,"
        " submission_id = '{}', row_number"
    )
    assert activities(warehouse, SIGNED, columns.format(again)) == [
        (month(5), "a", 200, 60, 30, True, 2),
        (month(5), "b", 400, 100, 25, False, 3),
        (month(7), "a", 250, 100, 40, False, 2),
    ]
    monthly = (
        "select month_on, budget_idr, realised_idr, absorption_pct::float8, physical_pct,"
        " physical_weighted_pct::float8, activity_count, absorption_pct_reason"
        " from build.fct_programme_monthly where regency_code = %s order by 1"
    )
    may, june, july = warehouse.execute(monthly, SIGNED)
    # 160 of 600; (30 + 20) / 2; (30 x 200 + 20 x 400) / 600
    assert may[:4] == (month(5), 600, 160, pytest.approx(80 / 3))
    assert may[4:] == (25, pytest.approx(70 / 3), 2, None)
    assert june == (month(6), None, None, None, None, None, 0, "not_reported"), "nothing is carried over"
    assert july[:4] == (month(7), 250, 100, 40)

    warehouse.published()
    warehouse.withdraw(again)
    warehouse.build(*SELECTED)
    assert activities(warehouse, SIGNED, columns.format(sent))[:2] == [
        (month(5), "a", 100, 25, 25, True, 2),
        (month(5), "b", 400, 100, 25, True, 3),
    ]
    assert warehouse.execute("select * from build.touched_programme_month") == [(SIGNED, month(5))]


def test_what_is_not_synchronised_is_found_and_silence_is_no_fault(dbt_warehouse: Warehouse) -> None:
    warehouse = dbt_warehouse
    warehouse.night(DAY)
    tied = [Activity(month(6), code, 100, 50, "50", code) for code in PROVINCIAL[1:]]
    warehouse.load_activities(
        SIGNED,
        DAY,
        [
            Activity(month(2), "spent", 1000, 100, "40", PROVINCIAL[0]),
            Activity(month(3), "spent", 1000, 150, "40", PROVINCIAL[0]),
            Activity(month(5), "dropped", 1000, 900, "0"),
            *tied,
            Activity(month(6), "free", 0, 1, "0", None),
            Activity(month(6), "spent", 1000, 251, "40", "GONE-99"),
        ],
    )
    warehouse.load_activities(UNSIGNED, DAY, [Activity(month(1), "start", 100, 10, "0", PROVINCIAL[0])])
    warehouse.build(*SELECTED)

    assert findings(warehouse, SIGNED) == [
        ("activity_with_unknown_programme", "spent"),
        ("activity_without_programme", "free"),
        ("programme_without_activity", PROVINCIAL[0]),
        ("progress_stalled", "spent"),
        ("spending_without_progress", "free"),
    ]
    assert findings(warehouse, UNSIGNED) == [], "exactly 10 % at no progress; and it signed up for nothing"
    stalled = warehouse.execute(
        "select month_on, realised_idr, financial_pct::float8, physical_pct, spent_over_pct,"
        " unmoved_months, compared_on, compared_realised_idr, compared_physical_pct, row_number"
        " from build.rpt_programme_sync where finding_code = 'progress_stalled'"
    )
    assert stalled == [(month(6), 251, pytest.approx(25.1), 40, 10, 3, month(3), 150, 40, 10)]
    assert warehouse.execute(
        "select provincial_programme_name is not null, last_tied_on, month_on, is_mandated"
        " from build.rpt_programme_sync where finding_code = 'programme_without_activity'"
    ) == [(True, month(3), month(6), True)]
    silent = warehouse.execute(
        "select count(*), count(*) filter (where is_mandated), count(month_on) from build.rpt_programme_sync"
        " where finding_code = 'not_reported'"
    )
    assert silent == [(36, 3, 0)]
    assert findings(warehouse, "3504") == [("not_reported", "none")], "what it signed up for is not judged"
    assert warehouse.execute(
        "select regency_count, missing_count from build.fct_programme_monthly"
        " where regency_code = '35' order by month_on"
    ) == [(1, 37), (1, 37), (1, 37), (0, 38), (1, 37), (1, 37)]


RULES = (
    "activity_with_unknown_programme", "activity_without_programme", "not_reported",
    "programme_without_activity", "progress_stalled", "spending_without_progress",
)  # fmt: skip


def test_random_reports_agree_with_an_independent_computation(dbt_warehouse: Warehouse) -> None:
    """Three years of five regencies, with holes, blanks, resubmissions and one withdrawal."""
    warehouse, chance = dbt_warehouse, random.Random(12)  # noqa: S311
    counted: list[tuple[str, Activity]] = []
    warehouse.night(DAY)
    for regency in (SIGNED, "3504", "3522", UNSIGNED, "3515"):
        for year in (2024, 2025, 2026):
            if regency == "3504" and year == 2025:
                continue
            rows = _year_of_reports(chance, year)
            warehouse.load_activities(regency, DAY, rows, is_history=True)
            again = [
                replace(one, budget_idr=chance.randrange(0, 900), realised_idr=chance.randrange(900))
                for one in rows
                if chance.random() < 0.2
            ]
            warehouse.load_activities(regency, DAY, again, is_history=True)
            counted += [(regency, one) for one in [*rows, *again]]
    wrong = warehouse.load_activities(SIGNED, DAY, [Activity(month(6), "a0", 5, 5, "5")])
    warehouse.withdraw(wrong)
    warehouse.build(*SELECTED)

    latest = {(regency, one.month_on, one.activity_code): one for regency, one in counted}
    frame = pd.DataFrame(
        [
            {
                "regency": regency, "month": one.month_on, "code": one.activity_code,
                "budget": float(one.budget_idr),
                "realised": None if one.realised_idr is None else float(one.realised_idr),
                "physical": None if one.physical_pct is None else float(one.physical_pct),
                "programme": one.provincial_programme_code, "priority": one.is_priority is True,
            }
            for (regency, *_), one in latest.items()
        ]
    ).astype({"realised": float, "physical": float})  # fmt: skip
    _figures_agree(warehouse, frame)
    published = warehouse.execute(
        "select regency_code, year, finding_code, subject_code from build.rpt_programme_sync"
    )
    expected = _expected_findings(frame)
    assert {code for _, _, code, _ in expected} == set(RULES)
    assert sorted(published) == sorted(expected)


def _year_of_reports(chance: random.Random, year: int) -> list[Activity]:
    rows = []
    for number in range(8):
        realised, physical, programme = 0, 0, chance.choice([None, "GONE-1", *PROVINCIAL])
        budget = chance.choice([0, 300, 1000, 12_345])
        for at in range(1, 13):
            realised += chance.choice([0, 0, 40, 100, 700])
            physical = min(100, physical + chance.choice([0, 0, 0, 7, 40]))
            if chance.random() < 0.3:
                budget += chance.choice([0, 250])
            if chance.random() < 0.85 and at < 11:
                rows.append(
                    Activity(
                        month(at, year),
                        f"a{number}",
                        budget,
                        chance.choice([realised, realised, realised, None]),
                        chance.choice([str(physical), str(physical), f"{physical}.25", None]),
                        programme,
                        chance.choice([True, False, None]),
                    )
                )
    return [one for one in rows if float(one.physical_pct or 0) <= 100]


def _figures_agree(warehouse: Warehouse, frame: pd.DataFrame) -> None:
    shares = {
        (row.regency, row.month, row.code): row.realised / row.budget * 100
        for row in frame.itertuples()
        if row.budget and pd.notna(row.realised)
    }
    published = warehouse.execute(
        "select regency_code, month_on, activity_code, financial_pct from build.fct_programme_activity"
    )
    assert len(published) == len(frame)
    given = {tuple(key): float(share) for *key, share in published if share is not None}
    assert given == pytest.approx(shares, rel=1e-9, abs=1e-9)

    figures = ("absorption_pct", "priority_absorption_pct", "physical_pct", "physical_weighted_pct")
    expected = {}
    for (place, at), rows in [
        *frame.groupby(["regency", "month"]),
        *((("35", at), rows) for at, rows in frame.groupby("month")),
    ]:
        means = [rows.physical.mean() for _, rows in rows.groupby("regency")]
        stated = rows[rows.physical.notna()]
        weight = stated.budget.sum()
        weighted = (stated.physical * stated.budget).sum() / weight if weight else None
        expected[place, at] = (
            _absorption(rows),
            _absorption(rows[rows.priority]),
            pd.Series(means).mean(),
            weighted,
        )
    monthly = warehouse.execute(
        f"select regency_code, month_on, {', '.join(figures)} from build.fct_programme_monthly"
        " where activity_count > 0"
    )
    assert {(place, at) for place, at, *_ in monthly} == set(expected)
    for place, at, *values in monthly:
        for name, value, wanted in zip(figures, values, expected[place, at], strict=True):
            if wanted is None or pd.isna(wanted):
                assert value is None, (place, at, name)
            else:
                assert float(value) == pytest.approx(wanted, rel=1e-9, abs=1e-9), (place, at, name)


def _absorption(rows: pd.DataFrame) -> float | None:
    stated = rows[rows.realised.notna()]
    return stated.realised.sum() / stated.budget.sum() * 100 if stated.budget.sum() else None


def _expected_findings(frame: pd.DataFrame) -> list[tuple[str, int, str, str]]:
    """The rules once more, activity by activity; thresholds as the seed has them."""
    found: list[tuple[str, int, str, str]] = []
    frame = frame.assign(year=[at.year for at in frame.month])
    for (regency, year), rows in frame.groupby(["regency", "year"]):
        last = rows[rows.month == rows.month.max()]
        if regency in ("3504", "3510", "3522", "3573"):
            missing = set(PROVINCIAL) - set(last.programme.dropna())
            found += [(regency, year, "programme_without_activity", code) for code in missing]
        for row in last.itertuples():
            if row.programme not in PROVINCIAL:
                kind = "without" if pd.isna(row.programme) else "with_unknown"
                found.append((regency, year, f"activity_{kind}_programme", row.code))
            before = rows[
                (rows.code == row.code)
                & rows.realised.notna()
                & rows.physical.notna()
                & (rows.month.map(lambda at: at.month) <= row.month.month - 3)
            ].sort_values("month")
            if finding := _spending(row, before):
                found.append((regency, year, finding, row.code))
    for year, rows in frame.groupby("year"):
        found += [(code, int(year), "not_reported", "none") for code in _silent(rows.regency.unique())]
    return found


def _spending(row: Any, before: pd.DataFrame) -> str | None:
    if pd.isna(row.realised) or pd.isna(row.physical):
        return None
    if row.physical == 0 and row.realised > row.budget * 0.1:
        return "spending_without_progress"
    if len(before) and row.physical < 100:
        earlier = before.iloc[-1]
        if row.physical <= earlier.physical and row.realised - earlier.realised > row.budget * 0.1:
            return "progress_stalled"
    return None


def _silent(reported: Sequence[str]) -> list[str]:
    codes = [f"35{n:02d}" for n in [*range(1, 30), *range(71, 80)]]
    return [code for code in codes if code not in set(reported)]


def test_the_sample_shows_what_can_be_found(dbt_warehouse: Warehouse) -> None:
    """All but unknown codes, which are held before they enter; in the running year too."""
    warehouse = dbt_warehouse
    warehouse.night(DAY)
    for (regency,) in warehouse.execute("select regency_code from build.offices order by 1"):
        for year, last in ((2024, 12), (2025, 12), (2026, 6)):
            if year < 2026 and is_silent(regency, year, SEED):
                continue
            table = activities_of_office(PROVINCIAL, regency, year, range(1, last + 1), SEED)
            rows = [dict(zip(table.header, row, strict=True)) for row in table.rows]
            warehouse.load_activities(regency, DAY, [_of_the_sample(row) for row in rows], is_history=True)
    warehouse.build(*SELECTED)
    found = warehouse.execute(
        "select finding_code, count(*) filter (where year = 2026), count(distinct regency_code)"
        " from build.rpt_programme_sync group by 1"
    )
    shown = {code: (this_year > 0, places < 38) for code, this_year, places in found}
    assert shown.pop("not_reported") == (False, True)
    assert shown.pop("activity_without_programme")[0]
    assert shown == {
        "programme_without_activity": (True, True),
        "progress_stalled": (True, True),
        "spending_without_progress": (True, True),
    }


def _of_the_sample(row: dict[str, Any]) -> Activity:
    return Activity(
        month(row["bulan"], row["tahun"]),
        row["kode_kegiatan"],
        row["pagu"],
        row["realisasi_keuangan"],
        str(row["realisasi_fisik_persen"]),
        row["kode_program_provinsi"],
        row["prioritas"] == "ya",
    )


def test_a_night_without_activities_leaves_their_marts_alone(dbt_warehouse: Warehouse) -> None:
    manifest = json.loads(parse(dbt_warehouse.settings).read_text())
    assert {*MARTS, "touched_programme_month"} <= set(left_alone(manifest, frozenset({"staple_prices"})))
    assert not set(MARTS) & set(left_alone(manifest, frozenset({"programme_activities"})))


FAULTS = {
    "update build.mandates set valid_to_on = '2011-01-01'": "agreements_have_ordered_dates",
    "update build.programme_signups set programme_code = 'GONE'": "relationships_programme_signups",
    "update build.fct_programme_activity set financial_pct = null": "reason_given_fct_programme_activity",
    "update build.fct_programme_monthly set absorption_pct = 1": "reason_given_fct_programme_monthly",
    "update build.rpt_programme_sync set finding_code = 'other'": "accepted_values_rpt_programme_sync",
    "insert into build.rpt_programme_sync table build.rpt_programme_sync": "primary_key_rpt_programme_sync",
}


def test_what_is_broken_fails_a_test(dbt_warehouse: Warehouse) -> None:
    dbt_warehouse.night(DAY)
    dbt_warehouse.load_activities(SIGNED, DAY, [Activity(month(6), "a", 10, 5, "5")])
    selected = ("--select", *MARTS, "mandates", "programme_signups")
    dbt_warehouse.build(*SELECTED)
    assert dbt_warehouse.failing_tests(*selected) == []
    for fault in FAULTS:
        dbt_warehouse.execute(fault)
    failing = dbt_warehouse.failing_tests(*selected)
    for fault, name in FAULTS.items():
        assert [test for test in failing if test.startswith(name)], (fault, failing)
