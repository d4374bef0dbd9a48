{{ config(
    indexes=[{'columns': ['commodity_code', 'market_id', 'price_level', 'observed_on']}],
    post_hook='analyze {{ this }}',
) }}

with prices as (

    select * from {{ ref('stg_staple_price_rows') }}

),

final as (

    {{ keys_of_touched_loads('prices', ['market_id', 'commodity_code', 'price_level', 'observed_on']) }}

)

select * from final
