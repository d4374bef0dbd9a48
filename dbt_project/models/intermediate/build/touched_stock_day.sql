{{ config(
    indexes=[{'columns': ['commodity_code', 'regency_code', 'observed_on']}],
    post_hook='analyze {{ this }}',
) }}

with stocks as (

    select * from {{ ref('stg_staple_stock_rows') }}

),

final as (

    {{ keys_of_touched_loads('stocks', ['regency_code', 'commodity_code', 'observed_on']) }}

)

select * from final
