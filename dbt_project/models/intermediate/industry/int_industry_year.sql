-- Whether a year's register may be taken as the whole: a unit that is missing in a part of one has not closed.
with units as not materialized (

    select * from {{ ref('int_industry_unit') }}

),

parameters as (

    select * from {{ ref('parameters') }}

),

counted as (

    select
        units.regency_code,
        units.data_year,
        count(*) as unit_count,
        count(*) filter (where units.is_active) as active_count
    from units
    group by units.regency_code, units.data_year

),

successive as (

    select
        counted.*,
        lag(counted.data_year) over regency as previous_year,
        lag(counted.active_count) over regency as previous_active_count
    from counted
    window regency as (partition by counted.regency_code order by counted.data_year)

),

-- Units that were active in the year before and are named again, be it as closed.
named_again as (

    select
        successive.regency_code,
        successive.data_year,
        count(*) as named_again_count
    from successive
    inner join units as units_before
        on
            successive.regency_code = units_before.regency_code
            and successive.previous_year = units_before.data_year
            and units_before.is_active
    inner join units as units_now
        on
            units_before.unit_key = units_now.unit_key
            and successive.data_year = units_now.data_year
    group by successive.regency_code, successive.data_year

),

final as (

    select
        successive.regency_code,
        successive.data_year,
        successive.previous_year,
        successive.unit_count,
        successive.active_count,
        successive.previous_active_count,
        case when successive.previous_year is not null then coalesce(named_again.named_again_count, 0) end
            as named_again_count,
        coalesce(
            coalesce(named_again.named_again_count, 0) * 100
            >= successive.previous_active_count * parameters.value,
            true
        ) as is_full
    from successive
    left join named_again using (regency_code, data_year)
    inner join parameters
        on parameters.parameter = 'register_full_min_pct'

)

select * from final
