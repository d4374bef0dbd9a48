{{ config(post_hook='analyze {{ this }}') }}

with touched_days as (

    select * from {{ ref('touched_price_day') }}

),

horizons as (

    select * from {{ ref('change_horizons') }}

),

days_that_look_back as (

    select
        touched_days.commodity_code,
        touched_days.price_level,
        touched_days.observed_on + distance.days as observed_on
    from touched_days
    cross join horizons
    cross join lateral
        generate_series(horizons.horizon_days, horizons.horizon_days + horizons.tolerance_days) as distance (days)

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
    from days_that_look_back

)

select * from final
