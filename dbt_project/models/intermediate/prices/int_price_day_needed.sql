{{ config(post_hook='analyze {{ this }}') }}

with touched_days as (

    select * from {{ ref('touched_price_change_day') }}

),

horizons as (

    select * from {{ ref('change_horizons') }}

),

distances as (

    select generate_series(horizon_days, horizon_days + tolerance_days) as days
    from horizons

),

reference_days as (

    select
        touched_days.commodity_code,
        touched_days.price_level,
        touched_days.observed_on - distances.days as observed_on
    from touched_days
    cross join distances

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
    from reference_days

)

select * from final
