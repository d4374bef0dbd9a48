{{ config(post_hook='analyze {{ this }}') }}

with touched_days as (

    select * from {{ ref('touched_price_day') }}

),

days_at_distances as (

    {{ days_at_change_distances('touched_days', '+') }}

),

-- The later days that look back at a touched one, where there are any; a touched day itself may have lost its prices.
final as (

    select
        commodity_code,
        price_level,
        observed_on
    from touched_days
    union
    {{ days_with_prices('days_at_distances') }}

)

select * from final
