{{ config(post_hook='analyze {{ this }}') }}

with touched_seasons as (

    select * from {{ ref('touched_season') }}

),

seasons as (

    select * from {{ ref('season_calendar') }}

),

-- A season is compared with all earlier ones of its kind.
final as (

    select distinct
        touched_seasons.commodity_code,
        touched_seasons.price_level,
        seasons.season_code,
        seasons.season_year
    from touched_seasons
    inner join seasons
        on
            touched_seasons.season_code = seasons.season_code
            and touched_seasons.season_year <= seasons.season_year

)

select * from final
