-- The grid of offices and periods neither leaks nor doubles: per dataset every office in every period, and no period
-- left out between the first and the last.
with periods as (

    select
        dataset,
        period_on,
        count(*) as row_count,
        lead(period_on) over (partition by dataset order by period_on) as next_on
    from {{ ref('rpt_reporting_rate') }}
    group by
        dataset,
        period_on

),

calendars as (

    select * from {{ ref('int_reporting_calendar') }}

),

offices as (

    select count(*) as office_count from {{ ref('offices') }}

),

final as (

    select
        periods.*,
        offices.office_count
    from periods
    inner join calendars using (dataset)
    cross join offices
    where
        periods.row_count <> offices.office_count
        or periods.next_on <> (periods.period_on + calendars.period_length)::date

)

select * from final
