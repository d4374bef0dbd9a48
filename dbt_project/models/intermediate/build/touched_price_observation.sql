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

-- Searched load by load: by its statistics, of few but huge loads of history, the planner would read every row there is.
rows_of_loads as (

    select found.*
    from touched_loads
    cross join
        lateral (
            select
                prices.market_id,
                prices.commodity_code,
                prices.price_level,
                prices.observed_on
            from prices
            where prices.load_seq = touched_loads.load_seq
            offset 0  -- noqa: AM09
        ) as found

),

final as (

    select distinct
        market_id,
        commodity_code,
        price_level,
        observed_on
    from rows_of_loads

)

select * from final
