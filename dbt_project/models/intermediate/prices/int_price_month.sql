{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_price_month',
    touched_by=['commodity_code', 'price_level', 'month_on'],
    indexes=[{'columns': ['commodity_code', 'price_level', 'month_on']}],
    post_hook='analyze {{ this }}',
) }}

{%- set month_of_day %}date_trunc('month', days.observed_on)::date{% endset %}

with regency_prices as (

    select * from {{ ref('int_price_regency_daily') }}

),

province_prices as (

    select * from {{ ref('int_price_province_daily') }}

),

touched as (

    select * from {{ ref('touched_price_month') }}

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
        days.regency_code,
        days.commodity_code,
        days.price_level,
        days.unit,
        {{ month_of_day }} as month_on,
        trim_scale(avg(days.price_idr)) as mean_idr,
        trim_scale(stddev_samp(days.price_idr)) as deviation_idr,
        count(*)::integer as day_count
    from days
    {% if is_incremental() %}
        inner join touched
            on
                days.commodity_code = touched.commodity_code
                and days.price_level = touched.price_level
                and days.observed_on >= touched.month_on
                and days.observed_on < (touched.month_on + interval '1 month')::date
    {% endif %}
    group by
        days.regency_code,
        days.commodity_code,
        days.price_level,
        days.unit,
        {{ month_of_day }}

)

select * from final
