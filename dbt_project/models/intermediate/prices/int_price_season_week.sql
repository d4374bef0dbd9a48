{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_season',
    touched_by=['commodity_code', 'price_level', 'season_code', 'season_year'],
    indexes=[{'columns': ['commodity_code', 'price_level', 'season_code', 'season_year']}],
) }}

with regency_prices as (

    select * from {{ ref('int_price_regency_daily') }}

),

province_prices as (

    select * from {{ ref('int_price_province_daily') }}

),

weeks as (

    select * from {{ ref('int_season_week') }}

),

touched as (

    select * from {{ ref('touched_season') }}

),

weeks_of_series as (

    select
        touched.commodity_code,
        touched.price_level,
        weeks.season_code,
        weeks.season_year,
        weeks.week_offset,
        weeks.week_starts_on,
        weeks.week_ends_on
    from touched
    inner join weeks using (season_code, season_year)

),

-- Each is joined with the touched weeks before they are put together: so it is searched by its index.
days as (

    select
        weeks_of_series.season_code,
        weeks_of_series.season_year,
        weeks_of_series.week_offset,
        weeks_of_series.week_starts_on,
        regency_prices.regency_code,
        regency_prices.commodity_code,
        regency_prices.price_level,
        regency_prices.unit,
        regency_prices.price_idr
    from weeks_of_series
    inner join regency_prices
        on
            weeks_of_series.commodity_code = regency_prices.commodity_code
            and weeks_of_series.price_level = regency_prices.price_level
            and weeks_of_series.week_starts_on <= regency_prices.observed_on
            and weeks_of_series.week_ends_on >= regency_prices.observed_on
    union all
    select
        weeks_of_series.season_code,
        weeks_of_series.season_year,
        weeks_of_series.week_offset,
        weeks_of_series.week_starts_on,
        {{ province_code() }} as regency_code,
        province_prices.commodity_code,
        province_prices.price_level,
        province_prices.unit,
        province_prices.price_idr
    from weeks_of_series
    inner join province_prices
        on
            weeks_of_series.commodity_code = province_prices.commodity_code
            and weeks_of_series.price_level = province_prices.price_level
            and weeks_of_series.week_starts_on <= province_prices.observed_on
            and weeks_of_series.week_ends_on >= province_prices.observed_on

),

final as (

    select
        days.season_code,
        days.season_year,
        days.week_offset,
        days.week_starts_on,
        days.regency_code,
        days.commodity_code,
        days.price_level,
        days.unit,
        trim_scale(avg(days.price_idr)) as mean_idr,
        count(*)::integer as day_count
    from days
    group by
        days.season_code,
        days.season_year,
        days.week_offset,
        days.week_starts_on,
        days.regency_code,
        days.commodity_code,
        days.price_level,
        days.unit

)

select * from final
