{{ config(
    indexes=[{'columns': ['commodity_code', 'market_id', 'price_level', 'observed_on']}],
    post_hook='analyze {{ this }}',
) }}

with prices as (

    select * from {{ ref('stg_staple_prices') }}

),

build_range as (

    select * from {{ ref('build_range') }}

),

final as (

    select distinct
        prices.market_id,
        prices.commodity_code,
        prices.price_level,
        prices.observed_on
    from prices
    where
        prices.load_seq > (select build_range.from_load_seq from build_range)
        and prices.load_seq <= (select build_range.to_load_seq from build_range)

)

select * from final
