{{ config(post_hook='analyze {{ this }}') }}

with touched_days as (

    select * from {{ ref('touched_price_change_day') }}

),

days_at_distances as (

    {{ days_at_change_distances('touched_days', '-') }}

),

final as (

    select
        commodity_code,
        price_level,
        observed_on
    from touched_days
    union
    select
        commodity_code,
        price_level,
        observed_on
    from days_at_distances

)

select * from final
