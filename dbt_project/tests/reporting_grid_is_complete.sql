-- The grid of offices and days neither leaks nor doubles: as many rows as offices times days.
with grid as (

    select
        dataset,
        min(period_on) as first_on,
        max(period_on) as last_on,
        count(*) as row_count
    from {{ ref('rpt_reporting_rate') }}
    group by dataset

),

offices as (

    select count(*) as office_count from {{ ref('offices') }}

),

final as (

    select
        grid.*,
        offices.office_count
    from grid
    cross join offices
    where grid.row_count <> offices.office_count * (grid.last_on - grid.first_on + 1)

)

select * from final
