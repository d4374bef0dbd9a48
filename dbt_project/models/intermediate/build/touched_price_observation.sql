{{ config(
    indexes=[{'columns': ['commodity_code', 'market_id', 'price_level', 'observed_on']}],
    post_hook='analyze {{ this }}',
) }}

with prices as (

    select * from {{ ref('stg_staple_price_rows') }}

),

touched_loads as (

    select * from {{ ref('touched_load') }}

),

final as (

    select distinct
        prices.market_id,
        prices.commodity_code,
        prices.price_level,
        prices.observed_on
    from prices
    inner join touched_loads using (load_seq)

)

select * from final
