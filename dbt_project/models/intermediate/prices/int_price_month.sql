{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_price_month',
    touched_by=['commodity_code', 'price_level', 'month_on'],
    indexes=[{'columns': ['commodity_code', 'price_level', 'month_on']}],
    post_hook='analyze {{ this }}',
) }}

{%- set join_touched %}
    {% if is_incremental() %}
        inner join touched
            on
                prices.commodity_code = touched.commodity_code
                and prices.price_level = touched.price_level
                and prices.observed_on >= touched.month_on
                and prices.observed_on < (touched.month_on + interval '1 month')::date
    {% endif %}
{%- endset %}

{%- set month_of_day %}date_trunc('month', days.observed_on)::date{% endset %}

with touched as (

    select * from {{ ref('touched_price_month') }}

),

days as (

    {{ prices_of_places(join_touched) }}

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
