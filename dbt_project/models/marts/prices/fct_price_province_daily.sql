{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_price_change_day',
    touched_by=['commodity_code', 'price_level', 'observed_on'],
    indexes=[{'columns': ['commodity_code', 'price_level', 'observed_on']}],
    post_hook='analyze {{ this }}',
) }}

{%- set series = ['commodity_code', 'price_level', 'unit'] %}

with province_prices as (

    select * from {{ ref('int_price_province_daily') }}

),

needed as (

    select * from {{ ref('int_price_day_needed') }}

),

touched as (

    select * from {{ ref('touched_price_change_day') }}

),

considered as (

    select province_prices.*
    from province_prices
    {% if is_incremental() %}
        inner join needed using (commodity_code, price_level, observed_on)
    {% endif %}

),

{{ with_prices_before('considered', series) }},

final as (

    select
        prices.observed_on,
        prices.commodity_code,
        prices.price_level,
        prices.unit,
        prices.price_idr,
        {% for days in change_horizons() -%}
            {{ percent_above('prices.price_idr', 'prices.price_before_' ~ days ~ 'd') }}
                as change_{{ days }}d_pct,
            case when prices.price_before_{{ days }}d is null then 'no_previous_observation' end
                as change_{{ days }}d_pct_reason,
        {% endfor -%}
        prices.regency_count,
        prices.market_count,
        prices.cv_between_regions_pct,
        case when prices.cv_between_regions_pct is null then 'single_regency' end
            as cv_between_regions_pct_reason
    from with_prices_before as prices
    {% if is_incremental() %}
        inner join touched using (commodity_code, price_level, observed_on)
    {% endif %}

)

select * from final
