"""What a regency still has to reach, read from the published marts."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Standing:
    """A target in force and where it stands; figures are None where there is none, with their reason."""

    indicator_code: str
    indicator_name: str
    unit: str
    direction: str
    over_time: str
    regency_code: str
    target_year: int
    target_version: str
    target_value: Decimal | None
    lower_value: Decimal | None
    upper_value: Decimal | None
    realised_value: Decimal | None
    realised_to_on: date | None
    status: str
    attainment_pct: Decimal | None
    attainment_pct_reason: str | None
    band: str | None
    pace_pct: Decimal | None
    pace_band: str | None
    forecast_value: Decimal | None
    forecast_method: str | None
    rank_among_regencies: int | None
    reporting_count: int
    obliged_count: int
    cause: str | None
    follow_up: str | None
    decree: str


@dataclass(frozen=True)
class Step:
    """One month that is left."""

    month_on: date
    needed_value: Decimal | None
    needed_by_month_end: Decimal | None
    monthly_so_far: Decimal | None
    remaining_months: int
    province_target_value: Decimal | None
    province_value_if_missed: Decimal | None
    province_attainment_if_missed_pct: Decimal | None
    province_value_if_met: Decimal | None
    province_attainment_if_met_pct: Decimal | None
    province_value_if_met_reason: str | None


def standing(conn: "Connection", indicator_code: str, regency_code: str, year: int) -> Standing | None:
    """The year's target in force for an indicator and place; None where there is none."""
    from psycopg.rows import class_row

    with conn.cursor(row_factory=class_row(Standing)) as cursor:
        return cursor.execute(_STANDING, [indicator_code, regency_code, year]).fetchone()


def steps(conn: "Connection", indicator_code: str, regency_code: str, year: int) -> list[Step]:
    """The months that are left, in order; none of a year that is complete or not the running one."""
    from psycopg.rows import class_row

    with conn.cursor(row_factory=class_row(Step)) as cursor:
        return cursor.execute(_STEPS, [indicator_code, regency_code, year]).fetchall()


def newest_year(conn: "Connection", indicator_code: str, regency_code: str) -> int | None:
    """The running year (that of the release) if it has a target, else the last year that has one."""
    row = conn.execute(
        "select target_year from marts.fct_target_tracking cross join marts.release"
        " where indicator_code = %s and regency_code = %s and target_period = 'tahunan' and is_effective"
        " and is_current"
        " order by target_year = extract(year from business_date) desc, target_year desc limit 1",
        [indicator_code, regency_code],
    ).fetchone()
    return None if row is None else int(row[0])


_STANDING = """
select t.indicator_code, i.indicator_name, i.unit, i.direction, i.aggregation_over_time as over_time,
    t.regency_code, t.target_year, t.target_version, t.target_value, t.lower_value, t.upper_value,
    t.realised_value, t.realised_to_on, t.status, t.attainment_pct, t.attainment_pct_reason, t.band,
    t.pace_pct, t.pace_band, t.forecast_value, t.forecast_method, t.rank_among_regencies,
    t.reporting_count, t.obliged_count, t.cause, t.follow_up, t.decree
from marts.fct_target_tracking as t
join marts.dim_indicator as i using (indicator_code)
where t.indicator_code = %s and t.regency_code = %s and t.target_year = %s
    and t.target_period = 'tahunan' and t.is_effective
"""

_STEPS = """
select month_on, needed_value, needed_by_month_end, monthly_so_far, remaining_months,
    province_target_value, province_value_if_missed, province_attainment_if_missed_pct,
    province_value_if_met, province_attainment_if_met_pct, province_value_if_met_reason
from marts.fct_target_scenario
where indicator_code = %s and regency_code = %s and target_year = %s
order by month_on
"""
