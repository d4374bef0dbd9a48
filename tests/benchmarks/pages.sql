-- Published tables of a whole province, generated; read by bench_pages.py, which fills in {day}, {commodities}, {years}.
create temp table series as
select commodity_code, unit, 'consumer' as price_level, 8000 + 700 * row_number() over (order by commodity_code) as base
from marts.dim_commodity order by commodity_code limit {commodities};
create temp table days as
select day::date as observed_on from generate_series({day}::date - {years} * interval '1 year', {day}::date, '1 day') day;
create temp table months as
select distinct date_trunc('month', observed_on)::date as month_on from days;

insert into marts.fct_submission (submission_id, regency_code, dataset, version, file_name, is_history, business_on,
    arrived_at, received_at, state, verdict, rows_total, rows_accepted, rows_held, galat_count, konfirmasi_count,
    release_from)
select regency_code || '-SP-' || substr(md5(regency_code || n), 1, 10), regency_code, 'staple_prices', 1,
    'harga ' || n || '.xlsx', false, {day}::date - n, now(), now(), 'loaded', 'accepted', 70, 70, 0, 0, 0, 1
from marts.dim_regency, generate_series(0, 29) as n;

insert into marts.fct_price_observation (observed_on, market_id, market_name, regency_code, commodity_code, price_level,
    unit, price_idr, is_suspect, submission_id, release_from)
select {day}, market_id, market_name, regency_code, commodity_code, price_level, unit,
    base + hashint4(hashtext(market_id)) % 900, false, regency_code || '-SP-' || substr(md5(regency_code || 0), 1, 10), 1
from marts.dim_market, series;

insert into marts.fct_price_daily (observed_on, regency_code, commodity_code, price_level, unit, price_idr, market_count,
    change_1d_pct, change_7d_pct, change_30d_pct, change_365d_pct, ceiling_idr_reason, ceiling_deviation_pct_reason,
    floor_idr_reason, floor_deviation_pct_reason, province_deviation_pct, band, release_from)
select observed_on, regency_code, commodity_code, price_level, unit, price, 3, 0, price % 7, price % 13, price % 17,
    'no_ceiling', 'no_ceiling', 'no_ceiling', 'no_ceiling', price % 31 - 15,
    case when price % 31 > 25 then 'above' when price % 31 < 5 then 'below' else 'within' end, 1
from marts.dim_regency, series, days,
    lateral (select base + abs(hashint4(hashtext(regency_code) + extract(doy from observed_on)::int)) % 1500 as price) p
where observed_on > {day}::date - 400;

insert into marts.fct_price_province_daily (observed_on, commodity_code, price_level, unit, price_idr, change_1d_pct,
    change_7d_pct, change_30d_pct, change_365d_pct, regency_count, market_count, cv_between_regions_pct, release_from)
select observed_on, commodity_code, price_level, unit, base + abs(hashint4(extract(doy from observed_on)::int)) % 900,
    0, 1.5, -2.5, 4, 38, 121, 5.5, 1
from series, days;

insert into marts.fct_price_monthly (month_on, regency_code, commodity_code, price_level, unit, price_idr, day_count,
    cv_between_time_pct, ifpa, ifpa_status, ifpa_years, alps, alps_status, price_index, release_from)
select month_on, regency_code, commodity_code, price_level, unit, base, 30, 2.5, 0.1, 'normal', 7, 0.2, 'normal', 101, 1
from (select regency_code from marts.dim_regency union all select '35') as places, series, months;

insert into marts.fct_price_index_monthly (month_on, regency_code, price_level, price_index, commodity_count,
    basket_count, release_from)
select month_on, regency_code, 'consumer', 100 + extract(month from month_on), 12, 12, 1
from (select regency_code from marts.dim_regency union all select '35') as places, months;

insert into marts.fct_price_season (season_code, season_year, regency_code, commodity_code, price_level, week_offset,
    week_starts_on, unit, price_idr, day_count, change_from_first_week_pct, change_from_last_season_pct,
    earlier_seasons, earlier_change_pct, difference_from_earlier_pct, release_from)
select season_code, season_year, '35', commodity_code, price_level, week, starts_on + 7 * week, unit, base, 7, 1, 2,
    9, 3, -2, 1
from marts.dim_season, series, generate_series(-4, 4) as week
where starts_on between {day}::date - {years} * 365 and {day};

insert into marts.fct_price_alert (observed_on, regency_code, commodity_code, price_level, rule_code, alert_class,
    figure_value, baseline_value, measured_value, threshold_value, threshold_unit, first_seen_on, days_running,
    is_cleared, release_from)
select {day}, regency_code, commodity_code, price_level, 'jump_7d', 'fired', base + 3000, base, 30, 25, 'percent',
    {day}, 1, false, 1
from marts.dim_regency, series where hashtext(regency_code || commodity_code) % 5 = 0;

insert into marts.fct_stock_daily (observed_on, regency_code, commodity_code, closing_t, daily_need_t, days_of_cover,
    short_below_days, is_short, submission_id, release_from)
select {day}::date - 2, regency_code, commodity_code, 100, 10, 10, 7, false,
    regency_code || '-SP-' || substr(md5(regency_code || 0), 1, 10), 1
from marts.dim_regency, (select * from series limit 12) as stocked;

insert into marts.rpt_reporting_rate (regency_code, dataset, period_on, status, expected, received, on_time, accepted,
    expected_keys, accepted_keys, accepted_rows, held_rows, completeness_pct, timeliness_pct, validity_pct, release_from)
select regency_code, dataset, observed_on, 'received', 1, 1, 1, 1, 70, 68, 68, 2, 97, 100, 97, 1
from marts.dim_regency, days,
    unnest(array['staple_prices', 'staple_stocks', 'programme_activities', 'indicator_realisations']) as dataset
where observed_on > {day}::date - 365 and (dataset = 'staple_prices' or extract(dow from observed_on) = 1);
analyze;
