{{ config(post_hook='analyze {{ this }}') }}

with days as (

    select * from {{ ref('touched_price_day') }}

),

weeks as (

    select * from {{ ref('int_season_week') }}

),

final as (

    select distinct
        days.commodity_code,
        days.price_level,
        weeks.season_code,
        weeks.season_year
    from days
    inner join weeks on days.observed_on between weeks.week_starts_on and weeks.week_ends_on

)

select * from final
