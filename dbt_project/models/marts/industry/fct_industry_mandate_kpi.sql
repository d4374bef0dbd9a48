with kpi as (

    select * from {{ ref('fct_industry_kpi') }}

),

-- Money is added up over the published regencies alone, so it says nothing that they do not say.
figures as (

    select
        period_on,
        programme,
        is_mandated,
        count(*) as place_count,
        count(unit_count) as regency_count,
        sum(unit_count) as unit_count,
        sum(worker_count) as worker_count,
        sum(male_count) as male_count,
        sum(female_count) as female_count,
        {% for figure in ['investment', 'production', 'value_added'] -%}
            sum({{ figure }}_idr) as {{ figure }}_idr,
            count({{ figure }}_idr) as {{ figure }}_regency_count,
        {% endfor -%}
        count(*) filter (where growth_regency_count > 0) as growth_regency_count
    from kpi
    where is_mandated is not null
    group by period_on, programme, is_mandated

),

compared as (

    select
        now.period_on,
        now.programme,
        now.is_mandated,
        sum(now.unit_count) as unit_count,
        sum(before.unit_count) as unit_count_before
    from kpi as now
    inner join kpi as before
        on
            (now.period_on - interval '1 year')::date = before.period_on
            and now.regency_code = before.regency_code
            and now.programme = before.programme
    where now.is_mandated is not null and now.unit_count is not null and before.unit_count is not null
    group by now.period_on, now.programme, now.is_mandated

),

final as (

    select
        figures.period_on,
        figures.is_mandated,
        figures.programme,
        figures.place_count::integer as place_count,
        figures.regency_count::integer as regency_count,
        {% for figure in ['unit', 'worker', 'male', 'female'] -%}
            figures.{{ figure }}_count::bigint as {{ figure }}_count,
            case
                when figures.regency_count = 0 then 'not_reported'
                when figures.{{ figure }}_count is null then 'not_stated'
            end as {{ figure }}_count_reason,
        {% endfor -%}
        {% for figure in ['investment', 'production', 'value_added'] -%}
            figures.{{ figure }}_idr,
            case
                when figures.regency_count = 0 then 'not_reported'
                when figures.{{ figure }}_regency_count = 0 then 'not_shown'
            end as {{ figure }}_idr_reason,
            figures.{{ figure }}_regency_count::integer as {{ figure }}_regency_count,
        {% endfor -%}
        {{ percent_above('compared.unit_count', 'nullif(compared.unit_count_before, 0)') }} as growth_pct,
        case
            when figures.regency_count = 0 then 'not_reported'
            when compared.unit_count_before is null then 'no_previous_year'
            when compared.unit_count_before = 0 then 'nothing_before'
        end as growth_pct_reason,
        figures.growth_regency_count::integer as growth_regency_count
    from figures
    left join compared using (period_on, programme, is_mandated)

)

select * from final
