{{ config(post_hook='analyze {{ this }}') }}

with days as (

    select * from {{ ref('touched_price_day') }}

),

final as (

    select distinct
        commodity_code,
        price_level,
        date_trunc('month', observed_on)::date as month_on
    from days

)

select * from final
