{#- Openings, closures and units that are missing add up to the difference of active units between two years. -#}
with changes as (

    select
        regency_code,
        data_year,
        sum(unit_change) as unit_change
    from {{ ref('fct_industry_change') }}
    group by regency_code, data_year

),

years as (

    select * from {{ ref('int_industry_year') }}

)

select
    years.regency_code,
    years.data_year,
    years.active_count,
    years.previous_active_count,
    changes.unit_change
from years
left join changes using (regency_code, data_year)
where
    years.previous_year is not null
    and years.active_count - years.previous_active_count <> coalesce(changes.unit_change, 0)
