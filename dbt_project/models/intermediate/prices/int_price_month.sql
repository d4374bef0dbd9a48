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

-- Each is joined with the touched months before they are put together: so it is searched by its index.
days as (

    select
        regency_prices.regency_code,
        regency_prices.commodity_code,
        regency_prices.price_level,
        regency_prices.unit,
        regency_prices.observed_on,
        regency_prices.price_idr
    from regency_prices
    {% if is_incremental() %}
        inner join touched
            on
                regency_prices.commodity_code = touched.commodity_code
                and regency_prices.price_level = touched.price_level
                and regency_prices.observed_on >= touched.month_on
                and regency_prices.observed_on < (touched.month_on + interval '1 month')::date
    {% endif %}
    union all
    select
        {{ province_code() }} as regency_code,
        province_prices.commodity_code,
        province_prices.price_level,
        province_prices.unit,
        province_prices.observed_on,
        province_prices.price_idr
    from province_prices
    {% if is_incremental() %}
        inner join touched
            on
                province_prices.commodity_code = touched.commodity_code
                and province_prices.price_level = touched.price_level
                and province_prices.observed_on >= touched.month_on
                and province_prices.observed_on < (touched.month_on + interval '1 month')::date
    {% endif %}

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
    group by
        days.regency_code,
        days.commodity_code,
        days.price_level,
        days.unit,
        {{ month_of_day }}

)

select * from final
