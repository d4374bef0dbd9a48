with classes as (

    select * from {{ ref('int_industry_class') }}

),

workers as (

    select
        data_year,
        regency_code,
        division_code,
        sum(worker_count) as worker_count
    from classes
    group by data_year, regency_code, division_code

),

-- Only regencies that reported both years: their sum is the province they are compared with.
reported as (

    select distinct
        now.data_year,
        now.regency_code
    from workers as now
    inner join workers as before
        on
            now.data_year - 1 = before.data_year
            and now.regency_code = before.regency_code

),

both_years as (

    select
        reported.data_year,
        reported.regency_code,
        divisions.division_code,
        coalesce(now.worker_count, 0) as now_count,
        coalesce(before.worker_count, 0) as before_count
    from reported
    inner join lateral (
        select workers.division_code
        from workers
        where
            workers.regency_code = reported.regency_code
            and workers.data_year between reported.data_year - 1 and reported.data_year
        group by workers.division_code
    ) as divisions on true
    left join workers as now
        on
            reported.data_year = now.data_year
            and reported.regency_code = now.regency_code
            and divisions.division_code = now.division_code
    left join workers as before
        on
            reported.data_year - 1 = before.data_year
            and reported.regency_code = before.regency_code
            and divisions.division_code = before.division_code

),

divisions as (

    select
        data_year,
        division_code,
        sum(now_count) as now_count,
        sum(before_count) as before_count
    from both_years
    group by data_year, division_code

),

province as (

    select
        data_year,
        sum(now_count) as now_count,
        sum(before_count) as before_count
    from both_years
    group by data_year

),

final as (

    select
        make_date(both_years.data_year, 1, 1) as period_on,
        both_years.regency_code,
        both_years.division_code,
        both_years.before_count::bigint as previous_worker_count,
        both_years.now_count::bigint as worker_count,
        (both_years.now_count - both_years.before_count)::bigint as worker_change,
        trim_scale(round({{ shift_provincial(
            'both_years.before_count', 'province.before_count', 'province.now_count'
        ) }}, 10)) as provincial_growth_part,
        trim_scale(round({{ shift_mix(
            'both_years.before_count', 'divisions.before_count', 'divisions.now_count',
            'province.before_count', 'province.now_count'
        ) }}, 10)) as mix_part,
        trim_scale(round({{ shift_competitive(
            'both_years.before_count', 'both_years.now_count', 'divisions.before_count', 'divisions.now_count'
        ) }}, 10)) as competitive_part
    from both_years
    inner join divisions using (data_year, division_code)
    inner join province using (data_year)
    where province.before_count > 0

)

select * from final
