with seasons as (

    select * from {{ ref('season_calendar') }}

),

final as (

    select
        seasons.season_code,
        seasons.season_year,
        offsets.week_offset,
        seasons.anchor_on + 7 * offsets.week_offset as week_starts_on,
        seasons.anchor_on + 7 * offsets.week_offset + 6 as week_ends_on
    from seasons
    cross join lateral generate_series(-4, 4) as offsets (week_offset)

)

select * from final
