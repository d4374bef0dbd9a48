{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_price_day',
    touched_by=['commodity_code', 'price_level', 'observed_on'],
    indexes=[{'columns': ['commodity_code', 'price_level', 'observed_on']}],
    post_hook='analyze {{ this }}',
) }}

with regency_prices as (

    select * from {{ ref('int_price_regency_daily') }}

),

touched as (

    select * from {{ ref('touched_price_day') }}

),

final as (

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
        inner join touched using (commodity_code, price_level, observed_on)
    {% endif %}
    group by
        regency_prices.observed_on,
        regency_prices.commodity_code,
        regency_prices.price_level,
        regency_prices.unit

)

select * from final
