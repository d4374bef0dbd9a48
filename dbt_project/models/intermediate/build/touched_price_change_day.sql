{{ config(post_hook='analyze {{ this }}') }}

with touched_days as (

    select * from {{ ref('touched_price_day') }}

),

days_with_prices as (

    select * from {{ ref('int_price_province_daily') }}

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
    select
        days_at_distances.commodity_code,
        days_at_distances.price_level,
        days_at_distances.observed_on
    from days_at_distances
    inner join days_with_prices using (commodity_code, price_level, observed_on)

)

select * from final
