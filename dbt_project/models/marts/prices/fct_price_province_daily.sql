{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_price_change_day',
    touched_by=['commodity_code', 'price_level', 'observed_on'],
    indexes=[{'columns': ['observed_on', 'commodity_code', 'price_level']}],
) }}

{%- set series = ['commodity_code', 'price_level', 'unit'] %}

with regency_prices as (

    select * from {{ ref('int_price_regency_daily') }}

),

needed as (

    select * from {{ ref('int_price_day_needed') }}

),

touched as (

    select * from {{ ref('touched_price_change_day') }}

),

province_prices as (

    select
        regency_prices.observed_on,
        regency_prices.commodity_code,
        regency_prices.price_level,
        regency_prices.unit,
        {{ floor_of_mean('regency_prices.price_idr') }} as price_idr,
        count(*)::integer as regency_count,
        sum(regency_prices.market_count)::integer as market_count,
        {{ percent_of('stddev_samp(regency_prices.price_idr)', 'avg(regency_prices.price_idr)') }}
            as cv_between_regions_pct
    from regency_prices
    {% if is_incremental() %}
        inner join needed using (commodity_code, price_level, observed_on)
    {% endif %}
    group by
        regency_prices.observed_on,
        regency_prices.commodity_code,
        regency_prices.price_level,
        regency_prices.unit

),

{{ with_prices_before('province_prices', series) }},

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
