{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_price_day',
    touched_by=['commodity_code', 'price_level', 'observed_on'],
    indexes=[{'columns': ['commodity_code', 'price_level', 'observed_on']}],
    post_hook='analyze {{ this }}',
) }}

with observations as (

    select * from {{ ref('fct_price_observation') }}

),

touched as (

    select * from {{ ref('touched_price_day') }}

),

final as (

    select
        observations.observed_on,
        observations.regency_code,
        observations.commodity_code,
        observations.price_level,
        observations.unit,
        trim_scale(avg(observations.price_idr)) as price_idr,
        count(*)::integer as market_count
    from observations
    {% if is_incremental() %}
        inner join touched using (commodity_code, price_level, observed_on)
    {% endif %}
    group by
        observations.observed_on,
        observations.regency_code,
        observations.commodity_code,
        observations.price_level,
        observations.unit

)

select * from final
