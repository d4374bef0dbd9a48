{{ config(
    indexes=[{'columns': ['commodity_code', 'regency_code', 'observed_on']}],
    post_hook='analyze {{ this }}',
) }}

with stocks as (

    select * from {{ ref('stg_staple_stock_rows') }}

),

touched_loads as (

    select * from {{ ref('touched_load') }}

),

final as (

    select distinct
        stocks.regency_code,
        stocks.commodity_code,
        stocks.observed_on
    from stocks
    inner join touched_loads using (load_seq)

)

select * from final
