with classes as (

    select * from {{ ref('int_industry_class') }}

),

regencies as (

    select * from {{ ref('regencies') }}

),

size_classes as (

    select size_class
    from unnest(array['small', 'medium', 'large', 'unclassified']) as size_classes (size_class)

),

years as (

    select distinct data_year from classes

),

places as (

    select regency_code from regencies
    union all
    select {{ province_code() }} as regency_code

),

{% set summed = ['unit_count', 'worker_unit_count', 'worker_count', 'male_count', 'female_count'] -%}

regency_figures as (

    select
        {% for figure in summed -%}
            coalesce(sum(classes.{{ figure }}) filter (where classes.size_class = size_classes.size_class), 0)
                as {{ figure }},
        {% endfor -%}
        classes.data_year,
        classes.regency_code,
        size_classes.size_class
    from classes
    cross join size_classes
    group by classes.data_year, classes.regency_code, size_classes.size_class

),

figures as (

    select
        {% for figure in summed -%}
            sum({{ figure }})::bigint as {{ figure }},
        {% endfor -%}
        data_year,
        size_class,
        coalesce(regency_code, {{ province_code() }}) as regency_code
    from regency_figures
    group by grouping sets ((data_year, size_class, regency_code), (data_year, size_class))

),

compared as (

    select
        now.data_year,
        now.size_class,
        coalesce(now.regency_code, {{ province_code() }}) as regency_code,
        sum(now.unit_count) as unit_count,
        sum(before.unit_count) as unit_count_before
    from regency_figures as now
    inner join regency_figures as before
        on
            now.data_year - 1 = before.data_year
            and now.regency_code = before.regency_code
            and now.size_class = before.size_class
    group by
        grouping sets ((now.data_year, now.size_class, now.regency_code), (now.data_year, now.size_class))

),

grid as (

    select
        years.data_year,
        places.regency_code,
        size_classes.size_class
    from years
    cross join places
    cross join size_classes

),

final as (

    select
        make_date(grid.data_year, 1, 1) as period_on,
        grid.regency_code,
        grid.size_class,
        figures.unit_count,
        case when figures.unit_count is null then 'not_reported' end as unit_count_reason,
        {% for figure in ['worker_count', 'male_count', 'female_count'] -%}
            case
                when figures.unit_count = 0 or figures.worker_unit_count > 0 then figures.{{ figure }}
            end as {{ figure }},
            case
                when figures.unit_count is null then 'not_reported'
                when figures.unit_count > 0 and figures.worker_unit_count = 0 then 'not_stated'
            end as {{ figure }}_reason,
        {% endfor -%}
        {{ percent_above('compared.unit_count', 'nullif(compared.unit_count_before, 0)') }} as growth_pct,
        case
            when figures.unit_count is null then 'not_reported'
            when compared.unit_count_before is null then 'no_previous_year'
            when compared.unit_count_before = 0 then 'nothing_before'
        end as growth_pct_reason
    from grid
    left join figures using (data_year, regency_code, size_class)
    left join compared using (data_year, regency_code, size_class)

)

select * from final
