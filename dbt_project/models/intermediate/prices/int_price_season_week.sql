{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_season',
    touched_by=['commodity_code', 'price_level', 'season_code', 'season_year'],
    indexes=[{'columns': ['commodity_code', 'price_level', 'season_code', 'season_year']}],
) }}

{%- set join_weeks %}
    inner join weeks_of_series
        on
            prices.commodity_code = weeks_of_series.commodity_code
            and prices.price_level = weeks_of_series.price_level
            and prices.observed_on >= weeks_of_series.week_starts_on
            and prices.observed_on <= weeks_of_series.week_ends_on
{%- endset %}

with weeks as (

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

    {{ prices_of_places(join_weeks, [
        'weeks_of_series.season_code',
        'weeks_of_series.season_year',
        'weeks_of_series.week_offset',
        'weeks_of_series.week_starts_on',
    ]) }}

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
