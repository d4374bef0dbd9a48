"""Target tracking against an independent computation, on random reports and targets."""

import math
import random
from datetime import date
from typing import Any

import pandas as pd
import pytest

from tests.dbt import independent_targets as independent
from tests.dbt.dbt_warehouse import Realisation, Warehouse
from tests.dbt.independent_targets import PROVINCE, Goal, Indicator

pytestmark = pytest.mark.database

TONIGHT = date(2026, 7, 28)
INDICATORS = {
    "ikm_jumlah": Indicator("higher", "sum", "last"),
    "nilai_produksi": Indicator("higher", "sum", "sum"),
    "nilai_tambah": Indicator("lower", "sum", "sum"),
    "pdrb_industri": Indicator("lower", "mean", "last"),
    "agro_unit": Indicator("range", "mean", "last"),
    "fisik_program": Indicator("higher", "mean", "mean"),
    "serapan_program": Indicator("higher", "weighted", "last"),
    "sertifikasi": Indicator("higher", "weighted", "weighted"),
    "ikm_tumbuh": Indicator("higher", "weighted", "mean"),
}
"""Every direction, and every way of adding up over regencies and time; the seed is changed to it below."""
RATIOS = ("serapan_program", "sertifikasi", "ikm_tumbuh")
QUARTER_ENDS = {1: (3, 31), 2: (6, 30), 3: (9, 30), 4: (12, 31)}
Target = tuple[str, str, int, int, str, Goal]


def _reports(chance: random.Random, regencies: list[str]) -> pd.DataFrame:
    """Random reports with gaps; sums grow over the year, values may be negative."""
    rows: list[dict[str, Any]] = []
    for code in INDICATORS:
        for year, last in ((2025, 4), (2026, 2)):
            for regency in regencies:
                total = 0.0
                for quarter in range(1, last + 1):
                    if chance.random() < 0.25:
                        continue
                    denominator = float(chance.randint(5, 500))
                    numerator = float(chance.randint(0, int(denominator)))
                    total += chance.randint(0, 400) / 4
                    value = total if INDICATORS[code].over_time == "sum" else chance.randint(-40, 900) / 8
                    if code in RATIOS:
                        value = numerator / denominator * 100
                    rows.append(
                        {"indicator": code, "regency": regency, "year": year, "quarter": quarter,
                         "value": value, "numerator": numerator, "denominator": denominator}
                    )  # fmt: skip
    return pd.DataFrame(rows)


def _targets(chance: random.Random, regencies: list[str]) -> list[Target]:
    """Targets of the years, some adjusted, some with quarterly ones, some not positive."""
    found: list[Target] = []
    for code, how in INDICATORS.items():
        for place in (PROVINCE, *regencies):
            for year in (2025, 2026):
                if chance.random() < 0.1:
                    continue
                for version in ("original", "adjusted_1")[: 1 + (chance.random() < 0.4)]:
                    found.append((code, place, year, 0, version, _goal(chance, how)))
                    for quarter in (1, 2, 3, 4):
                        if chance.random() < 0.2:
                            found.append((code, place, year, quarter, version, _goal(chance, how)))
    return found


def _goal(chance: random.Random, how: Indicator) -> Goal:
    if how.direction == "range":
        lower = chance.randint(-5, 60) / 2
        return Goal(None, lower, lower + chance.randint(0, 80) / 2)
    return Goal(chance.choice([0, -3]) if chance.random() < 0.05 else chance.randint(1, 1200) / 4)


def _fill(warehouse: Warehouse, reports: pd.DataFrame, targets: list[Target]) -> None:
    for code, how in INDICATORS.items():
        warehouse.execute(
            "update build.indicators set direction = %s, aggregation_over_regencies = %s,"
            " aggregation_over_time = %s where indicator_code = %s",
            how.direction, how.over_regencies, how.over_time, code,
        )  # fmt: skip
    warehouse.night(TONIGHT)
    for regency, rows in reports.groupby("regency"):
        said: list[Realisation] = [
            (
                row.indicator,
                row.year,
                f"TW{row.quarter}",
                repr(row.value),
                repr(row.numerator),
                repr(row.denominator),
            )
            for row in rows.itertuples()
        ]
        warehouse.load_realisations(str(regency), TONIGHT, said)
    warehouse.execute(
        "with change as (insert into intake.changes (kind, made_by, reason)"
        " values ('targets_loaded', 'Sari', 'uji') returning change_seq)"
        " insert into intake.target_versions (version_id, file_name, sha256, size_bytes, entered_by,"
        " target_count, note_count) select change_seq, 'x.xlsx', repeat('0', 64), 1, 'Sari', 1, 0 from change"
    )
    ((version_id,),) = warehouse.execute("select max(version_id) from intake.target_versions")
    warehouse.copy(
        "intake.targets (version_id, sheet, row_number, indicator_code, regency_code, target_year, quarter,"
        " target_version, target_value, lower_value, upper_value, decree, decided_on, effective_from_on)",
        [[version_id, "Target", number, *_stored(target)] for number, target in enumerate(targets)],
    )


def _stored(target: Target) -> list[Any]:
    code, place, year, quarter, version, goal = target
    effective_on = date(year, 7 if version == "adjusted_1" else 1, 2)
    amounts = [goal.value, goal.lower, goal.upper]
    return [code, place, year, quarter or None, version, *amounts, "SK", date(year, 1, 2), effective_on]


def _close(published: Any, computed: float | None, what: object) -> None:
    if computed is None or published is None:
        assert published is None, what
        assert computed is None, what
        return
    assert math.isclose(float(published), computed, rel_tol=1e-9, abs_tol=1e-9), (what, published, computed)


def test_tracking_and_composite_agree_with_an_independent_computation(dbt_warehouse: Warehouse) -> None:
    warehouse, chance = dbt_warehouse, random.Random(5)  # noqa: S311
    regencies = [code for (code,) in warehouse.execute("select regency_code from build.regencies order by 1")]
    reports, targets = _reports(chance, regencies), _targets(chance, regencies)
    _fill(warehouse, reports, targets)
    warehouse.build()

    figures = independent.realisations(reports, INDICATORS)
    known = {(r.indicator, r.regency, r.year, r.quarter): r for r in figures.itertuples()}
    published = {
        (code, place, year, to_on): (value, count)
        for code, place, year, to_on, value, count in warehouse.execute(
            "select indicator_code, regency_code, indicator_year, realised_to_on, realised_value,"
            " reporting_count from build.fct_indicator_realisation where indicator_code = any(%s)",
            list(INDICATORS),
        )
    }
    assert len(published) == len(known) > 1500
    for (code, place, year, quarter), row in known.items():
        value, count = published[code, place, year, date(year, *QUARTER_ENDS[quarter])]
        _close(value, row.value, (code, place, year, quarter))
        assert count == row.reporting_count, (code, place, year, quarter)

    rows = {
        row[:5]: row[5:]
        for row in warehouse.execute(
            "select indicator_code, regency_code, target_year, coalesce(quarter, 0), target_version,"
            " realised_value, attainment_pct, band, pace_pct, status from build.fct_target_tracking"
        )
    }
    assert len(rows) == len(targets) > 1000
    plans = {(*key, quarter, version): goal for *key, quarter, version, goal in targets if quarter}
    attained: dict[tuple[str, int], dict[str, float | None]] = {}
    checked = set()
    for code, place, year, quarter, version, goal in targets:
        how, found = INDICATORS[code], rows[code, place, year, quarter, version]
        quarters = [quarter] if quarter else [4, 3, 2, 1]
        newest = next((q for q in quarters if (code, place, year, q) in known), None)
        what = (code, place, year, quarter, version)
        if newest is None:
            assert (found[0], found[4]) == (None, "belum_terukur"), what
            continue
        realised = float(known[code, place, year, newest].value)
        share = independent.attainment(how.direction, goal, realised)
        _close(found[0], realised, what)
        _close(found[1], share, what)
        assert found[2] == independent.band(share), what
        assert found[4] == ("no_figure" if share is None else "measured"), what
        if not quarter:
            plan = _plan(plans, (code, place, year), version, targets)
            pace = independent.attainment(
                how.direction, independent.due(goal, how.over_time, newest, plan), realised
            )
            _close(found[3], pace, what)
            checked.add((how, newest, newest in plan))
            is_last = version == "adjusted_1" or (code, place, year, 0, "adjusted_1") not in rows
            if place != PROVINCE and is_last:
                attained.setdefault((place, year), {})[code] = share
    assert len(checked) > 40, "each kind of indicator, in each quarter, planned and not"

    weights = {code: float(weight) for code, weight in warehouse.execute(
        "select indicator_code, weight from build.composite_weights")}  # fmt: skip
    scores = warehouse.execute(
        "select regency_code, score_year, score, coverage_pct from build.fct_composite_score"
    )
    assert len(scores) == 76
    for place, year, score, coverage in scores:
        expected, covered = independent.composite(attained.get((place, year), {}), weights)
        _close(score, expected, (place, year))
        _close(coverage, covered, (place, year))


def _plan(
    plans: dict[tuple[Any, ...], Goal], key: tuple[str, str, int], version: str, targets: list[Target]
) -> dict[int, Goal]:
    """The quarterly targets that go with a version: its own; of one that is not adjusted also later ones."""
    versions = {row[4] for row in targets if row[:3] == key and row[3] == 0}
    own = [version]
    if version == "original" and "adjusted_1" not in versions:
        own.append("adjusted_1")
    return {q: plans[*key, q, v] for v in own for q in range(1, 5) if (*key, q, v) in plans}
