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

days as (

    select
        regency_code,
        commodity_code,
        price_level,
        unit,
        observed_on,
        price_idr
    from regency_prices
    union all
    select
        {{ province_code() }} as regency_code,
        commodity_code,
        price_level,
        unit,
        observed_on,
        price_idr
    from province_prices

),

final as (

    select
        weeks_of_series.season_code,
        weeks_of_series.season_year,
        weeks_of_series.week_offset,
        weeks_of_series.week_starts_on,
        days.regency_code,
        days.commodity_code,
        days.price_level,
        days.unit,
        trim_scale(avg(days.price_idr)) as mean_idr,
        count(*)::integer as day_count
    from weeks_of_series
    inner join days
        on
            weeks_of_series.commodity_code = days.commodity_code
            and weeks_of_series.price_level = days.price_level
            and days.observed_on between weeks_of_series.week_starts_on and weeks_of_series.week_ends_on
    group by
        weeks_of_series.season_code,
        weeks_of_series.season_year,
        weeks_of_series.week_offset,
        weeks_of_series.week_starts_on,
        days.regency_code,
        days.commodity_code,
        days.price_level,
        days.unit

)

select * from final
