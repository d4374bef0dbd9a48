"""Prices: today's, their trend, what is regulated, what is out of the ordinary."""

from lumbung.report.figures.common import with_parts

_PROVINCE = """
with {latest},
spread as (
    select
        daily.commodity_code,
        daily.price_level,
        count(*) filter (where daily.band = 'above') as above,
        count(*) filter (where daily.band = 'within') as within,
        count(*) filter (where daily.band = 'below') as below,
        count(*) filter (where daily.band = 'no_data') as no_data,
        count(*) filter (where daily.ceiling_deviation_pct > 0) as over_ceiling,
        count(*) filter (where daily.ceiling_deviation_pct is not null) as with_ceiling,
        min(daily.price_idr) as lowest_idr,
        max(daily.price_idr) as highest_idr,
        percentile_cont(0.02) within group (order by daily.province_deviation_pct) as deviation_p2_pct,
        percentile_cont(0.98) within group (order by daily.province_deviation_pct) as deviation_p98_pct
    from marts.fct_price_daily as daily
    inner join latest using (commodity_code, price_level, observed_on)
    group by daily.commodity_code, daily.price_level
)
select
    latest.commodity_code, dim_commodity.commodity_name, dim_commodity.commodity_group,
    dim_commodity.is_basket, latest.unit, latest.price_level, latest.observed_on, latest.price_idr,
    latest.change_1d_pct, latest.change_1d_pct_reason, latest.change_7d_pct, latest.change_7d_pct_reason,
    latest.change_30d_pct, latest.change_30d_pct_reason, latest.change_365d_pct,
    latest.change_365d_pct_reason, latest.regency_count, latest.market_count, latest.cv_between_regions_pct,
    latest.cv_between_regions_pct_reason,
    spread.above, spread.within, spread.below, spread.no_data, spread.over_ceiling, spread.with_ceiling,
    spread.lowest_idr, spread.highest_idr, spread.deviation_p2_pct, spread.deviation_p98_pct,
    month.month_on, month.cv_between_time_pct, month.cv_between_time_pct_reason,
    month.ifpa, month.ifpa_reason, month.ifpa_status, month.ifpa_years, month.alps, month.alps_reason,
    month.alps_status, month.price_index, month.price_index_reason
from latest
inner join spread using (commodity_code, price_level)
inner join marts.dim_commodity using (commodity_code)
left join marts.fct_price_monthly as month
    on
        month.regency_code = %(province)s
        and latest.commodity_code = month.commodity_code
        and latest.price_level = month.price_level
        and month.month_on = date_trunc('month', latest.observed_on)
order by latest.price_level <> 'consumer', latest.price_level, dim_commodity.commodity_name
"""

_HISTORY = """
select
    commodity_code, price_level,
    array_agg(observed_on order by observed_on) as days, array_agg(price_idr order by observed_on) as prices
from marts.fct_price_province_daily
where observed_on between %(history_from)s and %(on)s
group by commodity_code, price_level
"""

_PROVINCE_MONTHS = """
select
    commodity_code, price_level, month_on, price_idr, price_idr_reason, day_count, cv_between_time_pct,
    cv_between_time_pct_reason, ifpa, ifpa_reason, ifpa_status, ifpa_years, alps, alps_reason, alps_status,
    price_index, price_index_reason
from marts.fct_price_monthly
where regency_code = %(province)s and month_on between %(history_from)s and %(on)s
order by commodity_code, price_level, month_on desc
"""

_REGENCY = """
with {latest},
sources as (
    select
        observation.regency_code, observation.commodity_code, observation.price_level,
        array_agg(distinct observation.submission_id) as submissions
    from marts.fct_price_observation as observation
    inner join latest using (commodity_code, price_level, observed_on)
    group by observation.regency_code, observation.commodity_code, observation.price_level
)
select
    daily.regency_code, dim_regency.regency_name, daily.commodity_code, dim_commodity.commodity_name,
    dim_commodity.commodity_group, daily.price_level, daily.observed_on, daily.unit, daily.price_idr,
    daily.price_idr_reason, daily.market_count, daily.change_1d_pct, daily.change_1d_pct_reason,
    daily.change_7d_pct, daily.change_7d_pct_reason, daily.change_30d_pct, daily.change_30d_pct_reason,
    daily.change_365d_pct, daily.change_365d_pct_reason, daily.ceiling_id, daily.ceiling_idr,
    daily.ceiling_idr_reason, daily.ceiling_deviation_pct, daily.ceiling_deviation_pct_reason,
    daily.province_deviation_pct, daily.province_deviation_pct_reason, daily.band,
    coalesce(sources.submissions, '{}') as submissions
from marts.fct_price_daily as daily
inner join latest using (commodity_code, price_level, observed_on)
inner join marts.dim_regency using (regency_code)
inner join marts.dim_commodity using (commodity_code)
left join sources using (regency_code, commodity_code, price_level)
order by daily.commodity_code, daily.price_level, daily.regency_code
"""

_REGENCY_TREND = """
select
    regency_code, commodity_code, price_level,
    array_agg(observed_on order by observed_on) as days, array_agg(price_idr order by observed_on) as prices
from marts.fct_price_daily
where observed_on between %(trend_from)s and %(on)s and price_idr is not null
group by regency_code, commodity_code, price_level
"""

_MARKETS = """
with {latest}
select
    observation.commodity_code, observation.price_level, observation.regency_code, dim_regency.regency_name,
    observation.market_name, observation.price_idr, observation.is_suspect, observation.sheet,
    observation.row_number, array[observation.submission_id] as submissions
from marts.fct_price_observation as observation
inner join latest using (commodity_code, price_level, observed_on)
inner join marts.dim_regency using (regency_code)
order by observation.regency_code, observation.market_name
"""

_CEILINGS = """
with {latest}
select
    daily.commodity_code, daily.price_level, ceiling.ceiling_kind, ceiling.zone, ceiling.lower_idr,
    ceiling.upper_idr, ceiling.valid_from_on, ceiling.valid_to_on, ceiling.legal_basis,
    count(*) as regency_count
from marts.fct_price_daily as daily
inner join latest using (commodity_code, price_level, observed_on)
inner join marts.dim_price_ceiling as ceiling using (ceiling_id)
group by
    daily.commodity_code, daily.price_level, ceiling.ceiling_id, ceiling.ceiling_kind, ceiling.zone,
    ceiling.lower_idr, ceiling.upper_idr, ceiling.valid_from_on, ceiling.valid_to_on, ceiling.legal_basis
order by ceiling.ceiling_kind, ceiling.zone
"""

_SEASON_WEEKS = """
with last_season as (
    select season_code, commodity_code, price_level, max(season_year) as season_year
    from marts.fct_price_season
    where regency_code = %(province)s and week_starts_on <= %(on)s
    group by season_code, commodity_code, price_level
)
select
    season.commodity_code, season.price_level, dim_season.season_name, season.season_year,
    season.week_offset, season.week_starts_on, season.price_idr, season.price_idr_reason,
    season.change_from_first_week_pct, season.change_from_first_week_pct_reason,
    season.change_from_last_season_pct, season.change_from_last_season_pct_reason,
    season.earlier_change_pct, season.earlier_change_pct_reason, season.difference_from_earlier_pct,
    season.difference_from_earlier_pct_reason, season.earlier_seasons
from marts.fct_price_season as season
inner join last_season using (season_code, commodity_code, price_level, season_year)
inner join marts.dim_season using (season_code, season_year)
where season.regency_code = %(province)s
order by season.commodity_code, season.price_level, dim_season.anchor_on desc, season.week_offset
"""

# One row per run of alerts that goes on: the last day on which its rule fired.
_ALERTS = """
with open_run as (
    select distinct on (rule_code, regency_code, commodity_code, price_level) *
    from marts.fct_price_alert
    where observed_on between %(alerts_from)s and %(on)s and not is_cleared
    order by rule_code, regency_code, commodity_code, price_level, observed_on desc
)
select
    open_run.rule_code, dim_alert_rule.rule_name, open_run.regency_code,
    coalesce(dim_regency.regency_name, %(province_name)s) as regency_name,
    open_run.commodity_code, dim_commodity.commodity_name, dim_commodity.unit, open_run.price_level,
    open_run.observed_on, open_run.alert_class, open_run.figure_value, open_run.baseline_value,
    open_run.measured_value, open_run.threshold_value, open_run.first_seen_on, open_run.days_running,
    open_run.first_seen_on > coalesce(previous.business_date, %(on)s) as is_new
from open_run
inner join marts.dim_alert_rule using (rule_code)
inner join marts.dim_commodity using (commodity_code)
left join marts.dim_regency using (regency_code)
left join lateral (
    select business_date
    from marts.release
    where release_id < %(release_id)s
    order by release_id desc
    limit 1
) as previous on true
order by open_run.first_seen_on desc, dim_commodity.commodity_name, open_run.regency_code
"""

_HOT_SPOTS = """
with {latest},
prices as (
    select
        daily.regency_code,
        count(*) filter (where daily.band = 'above') as above,
        count(*) filter (where daily.ceiling_deviation_pct > 0) as over_ceiling,
        count(*) filter (where daily.ceiling_deviation_pct is not null) as with_ceiling,
        count(*) filter (where daily.band <> 'no_data') as with_price,
        count(*) as watched
    from marts.fct_price_daily as daily
    inner join latest using (commodity_code, price_level, observed_on)
    group by daily.regency_code
),
alerts as (
    select regency_code, count(distinct (rule_code, commodity_code, price_level)) as alerts
    from marts.fct_price_alert
    where observed_on between %(alerts_from)s and %(on)s and not is_cleared
    group by regency_code
),
{latest_stocks},
stocks as (
    select
        regency_code,
        count(*) filter (where is_short) as short,
        count(*) as stocked
    from latest_stocks
    group by regency_code
),
basket as (
    select distinct on (regency_code) regency_code, month_on, price_index
    from marts.fct_price_index_monthly
    where price_level = 'consumer' and month_on between %(index_from)s and %(on)s and price_index is not null
    order by regency_code, month_on desc
)
select
    dim_regency.regency_code, dim_regency.regency_name, dim_regency.regency_kind,
    coalesce(prices.with_price, 0) as with_price, coalesce(prices.watched, 0) as watched,
    case when prices.with_price > 0 then prices.above end as above,
    case when coalesce(prices.with_price, 0) = 0 then 'not_reported' end as above_reason,
    case when prices.with_ceiling > 0 then prices.over_ceiling end as over_ceiling,
    case when coalesce(prices.with_ceiling, 0) = 0 then 'no_ceiling' end as over_ceiling_reason,
    coalesce(alerts.alerts, 0) as alerts,
    stocks.short, case when stocks.short is null then 'not_reported' end as short_reason,
    basket.price_index, case when basket.price_index is null then 'no_base_price' end as price_index_reason
from marts.dim_regency
left join prices using (regency_code)
left join alerts using (regency_code)
left join stocks using (regency_code)
left join basket using (regency_code)
order by prices.above desc nulls last, prices.over_ceiling desc nulls last, dim_regency.regency_code
"""

_INDEX = """
select regency_code, array_agg(month_on order by month_on) as months,
    array_agg(price_index order by month_on) as indices
from marts.fct_price_index_monthly
where price_level = 'consumer' and month_on between %(index_from)s and %(on)s and price_index is not null
group by regency_code
"""

_HEADLINE = """
with {latest},
regency_days as (
    select daily.*
    from marts.fct_price_daily as daily
    inner join latest using (commodity_code, price_level, observed_on)
),
open_runs as (
    select distinct rule_code, regency_code, commodity_code, price_level
    from marts.fct_price_alert
    where observed_on between %(alerts_from)s and %(on)s and not is_cleared
),
{latest_stocks},
reports as (
    select sum(expected) as expected, sum(received) as received, sum(on_time) as on_time
    from marts.rpt_reporting_rate
    where dataset = 'staple_prices' and period_on = %(on)s
)
select
    (select count(*) from latest) as series,
    (select count(*) from latest where change_7d_pct is not null) as with_week,
    (select count(*) from latest where change_7d_pct > 1) as risen,
    (select count(*) from latest where change_7d_pct < -1) as fallen,
    (select count(distinct regency_code) from regency_days where ceiling_deviation_pct > 0)
        as regencies_over_ceiling,
    (select count(distinct regency_code) from regency_days where ceiling_deviation_pct is not null)
        as regencies_with_ceiling,
    (select count(*) from open_runs) as alerts,
    (select count(distinct regency_code) from latest_stocks) as regencies_stocked,
    (select count(distinct regency_code) from latest_stocks where is_short) as regencies_short,
    reports.expected, reports.received, reports.on_time
from reports
"""

_ASKED = {
    "headline": _HEADLINE,
    "province_prices": _PROVINCE,
    "history": _HISTORY,
    "province_months": _PROVINCE_MONTHS,
    "regency_prices": _REGENCY,
    "regency_trend": _REGENCY_TREND,
    "markets": _MARKETS,
    "ceilings": _CEILINGS,
    "season_weeks": _SEASON_WEEKS,
    "alerts": _ALERTS,
    "hot_spots": _HOT_SPOTS,
    "index": _INDEX,
}

QUESTIONS = with_parts(_ASKED)
