"""Read the figures of the current release, from the marts alone."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row

from lumbung.report.model import CommodityPrice, Finding, OfficeReport, Release, Submission, Summary

DATASET = "staple_prices"
TREND_DAYS = 30
FINDINGS_SHOWN = 3

_RELEASE = "select release_id, published_at, business_date from marts.release where is_current"

_PRICES = """
with latest as (
    select distinct on (commodity_code, price_level) *
    from marts.fct_price_province_daily
    where observed_on between %(first_on)s and %(business_date)s
    order by commodity_code, price_level, observed_on desc
),
bands as (
    select
        daily.commodity_code,
        daily.price_level,
        count(*) filter (where daily.band = 'above') as above,
        count(*) filter (where daily.band = 'within') as within,
        count(*) filter (where daily.band = 'below') as below
    from marts.fct_price_daily as daily
    inner join latest using (commodity_code, price_level, observed_on)
    group by daily.commodity_code, daily.price_level
)
select
    latest.commodity_code, dim_commodity.commodity_name, latest.unit, latest.price_level, latest.observed_on,
    latest.price_idr, latest.change_1d_pct, latest.change_7d_pct,
    bands.above, bands.within, bands.below
from latest
inner join bands using (commodity_code, price_level)
inner join marts.dim_commodity using (commodity_code)
order by latest.price_level <> 'consumer', latest.price_level, dim_commodity.commodity_name
"""

_TREND = """
select commodity_code, price_level, observed_on, price_idr
from marts.fct_price_province_daily
where observed_on between %(first_on)s and %(business_date)s
"""

_OFFICES = """
select
    dim_regency.regency_code,
    dim_regency.regency_name,
    rate.expected > 0 as is_obliged,
    rate.received > 0 as is_received,
    rate.on_time > 0 as is_on_time
from marts.rpt_reporting_rate as rate
inner join marts.dim_regency using (regency_code)
where rate.dataset = %(dataset)s and rate.period_on = %(business_date)s
order by dim_regency.regency_code
"""

_SUBMISSIONS = """
select
    submission_id, regency_code, file_name, version, verdict, rows_total, rows_accepted, rows_held,
    galat_count, konfirmasi_count
from marts.fct_submission
where dataset = %(dataset)s and business_on = %(business_date)s and not is_history
order by regency_code, received_at, submission_id
"""

_FINDINGS = """
with first_of_rule as (
    select distinct on (submission_id, rule_id)
        *,
        count(*) over (partition by submission_id, rule_id) as total
    from marts.fct_finding
    where submission_id = any(%(submission_ids)s)
    order by submission_id, rule_id, finding_no
),
ranked as (
    select
        *,
        -- Only so many findings of a rule are listed, the same number for each: the fullest rules are cut off
        -- where the file has more findings than are listed.
        total = max(total) over (partition by submission_id)
        and galat_count + konfirmasi_count > sum(total) over (partition by submission_id) as is_cut,
        row_number() over (partition by submission_id order by severity <> 'galat', finding_no) as position
    from first_of_rule
    inner join marts.fct_submission using (submission_id)
)
select submission_id, severity, total, is_cut, row_number, message
from ranked
where position <= %(shown)s
order by submission_id, position
"""


def load_summary(connection: psycopg.Connection[Any]) -> Summary:
    """Read the current release; empty lists where it has nothing.

    Offices and submissions are those of the release's business date and of the staple prices.
    """
    release = load_release(connection)
    if release is None:
        return Summary(release=None, commodities=[], offices=[])
    with connection.cursor(row_factory=dict_row) as cursor:
        return Summary(release, _commodities(cursor, release), _offices(cursor, release))


def load_release(connection: psycopg.Connection[Any]) -> Release | None:
    """The current release, None while nothing is published."""
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(_RELEASE).fetchone()
    return None if row is None else Release(**row)


def _commodities(cursor: psycopg.Cursor[dict[str, Any]], release: Release) -> list[CommodityPrice]:
    first_on = release.business_date - timedelta(days=TREND_DAYS - 1)
    window = {"first_on": first_on, "business_date": release.business_date}
    trend: dict[tuple[str, str], list[int | None]] = defaultdict(lambda: [None] * TREND_DAYS)
    for row in cursor.execute(_TREND, window).fetchall():
        days = trend[row["commodity_code"], row["price_level"]]
        days[(row["observed_on"] - first_on).days] = int(row["price_idr"])
    return [
        CommodityPrice(
            **{
                **row,
                "price_idr": int(row["price_idr"]),
                "change_1d_pct": _number(row["change_1d_pct"]),
                "change_7d_pct": _number(row["change_7d_pct"]),
            },
            trend=trend[row["commodity_code"], row["price_level"]],
        )
        for row in cursor.execute(_PRICES, window).fetchall()
    ]


def _offices(cursor: psycopg.Cursor[dict[str, Any]], release: Release) -> list[OfficeReport]:
    scope = {"dataset": DATASET, "business_date": release.business_date}
    rows = cursor.execute(_SUBMISSIONS, scope).fetchall()
    findings = _findings(cursor, [row["submission_id"] for row in rows])
    by_office: dict[str, list[Submission]] = defaultdict(list)
    for row in rows:
        regency_code = row.pop("regency_code")
        submission = Submission(**row, findings=findings[row["submission_id"]])
        by_office[regency_code].append(submission)
    return [
        OfficeReport(**row, submissions=by_office[row["regency_code"]])
        for row in cursor.execute(_OFFICES, scope).fetchall()
    ]


def _findings(cursor: psycopg.Cursor[dict[str, Any]], submission_ids: list[str]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = defaultdict(list)
    parameters = {"submission_ids": submission_ids, "shown": FINDINGS_SHOWN}
    for row in cursor.execute(_FINDINGS, parameters).fetchall():
        found[row.pop("submission_id")].append(Finding(**row))
    return found


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
