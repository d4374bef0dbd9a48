with classes as (

    select * from {{ ref('int_industry_class') }}

),

disclosure as (

    select
        data_year,
        regency_code,
        programme,
        bool_and(is_published) filter (where measure = 'investment') as shows_investment,
        bool_and(is_published) filter (where measure = 'production') as shows_production,
        bool_and(is_published) filter (where measure = 'value_added') as shows_value_added,
        bool_and(is_published) filter (where measure = 'export') as shows_export
    from {{ ref('int_industry_disclosure') }}
    group by data_year, regency_code, programme

),

regencies as (

    select * from {{ ref('regencies') }}

),

programmes as (

    select *
    from unnest(array['{{ var("industry_programmes") | join("', '") }}']) as programmes (programme)

),

{% set summed = [
    'unit_count', 'worker_unit_count', 'worker_count', 'male_unit_count', 'male_count', 'female_unit_count',
    'female_count', 'investment_unit_count', 'investment_idr', 'production_unit_count', 'production_idr',
    'value_added_unit_count', 'value_added_idr', 'value_added_worker_count', 'export_unit_count', 'exporter_count',
    'export_idr', 'certification_unit_count', 'certified_unit_count',
] -%}

-- A regency that reported has a row for every programme, also one without units.
regency_figures as (

    select
        classes.data_year,
        classes.regency_code,
        programmes.programme,
        {% for figure in summed -%}
            coalesce(
                sum(classes.{{ figure }}) filter (
                    where case programmes.programme
                        {%- for programme in var('industry_programmes') %}
                        when '{{ programme }}' then classes.is_{{ programme }}
                        {%- endfor %}
                    end
                ),
                0
            ) as {{ figure }}{{ "," if not loop.last }}
        {% endfor %}
    from classes
    cross join programmes
    group by classes.data_year, classes.regency_code, programmes.programme

),

figures as (

    select
        data_year,
        programme,
        coalesce(regency_code, {{ province_code() }}) as regency_code,
        count(*)::integer as regency_count,
        {% for figure in summed -%}
            sum({{ figure }}) as {{ figure }}{{ "," if not loop.last }}
        {% endfor %}
    from regency_figures
    group by grouping sets ((data_year, programme, regency_code), (data_year, programme))

),

-- Growth compares the same regencies in both years.
compared as (

    select
        now.data_year,
        now.programme,
        coalesce(now.regency_code, {{ province_code() }}) as regency_code,
        count(*)::integer as regency_count,
        sum(now.unit_count) as unit_count,
        sum(before.unit_count) as unit_count_before,
        sum(now.worker_count) as worker_count,
        sum(before.worker_count) as worker_count_before
    from regency_figures as now
    inner join regency_figures as before
        on
            now.data_year - 1 = before.data_year
            and now.regency_code = before.regency_code
            and now.programme = before.programme
    group by grouping sets ((now.data_year, now.programme, now.regency_code), (now.data_year, now.programme))

),

grid as (

    select
        years.data_year,
        places.regency_code,
        programmes.programme
    from (select distinct data_year from classes) as years
    cross join (
        select regency_code from regencies
        union all
        select {{ province_code() }} as regency_code
    ) as places
    cross join programmes

),

shown as (

    select
        grid.data_year,
        grid.regency_code,
        grid.programme,
        coalesce(figures.regency_count, 0) as regency_count,
        figures.unit_count,
        {% for figure in ['worker', 'male', 'female', 'investment', 'production', 'value_added', 'export',
                          'certification'] -%}
            figures.{{ figure }}_unit_count,
        {% endfor -%}
        figures.value_added_worker_count,
        figures.certified_unit_count,
        figures.export_idr,
        {% for figure in ['worker', 'male', 'female'] -%}
            case when figures.unit_count = 0 or figures.{{ figure }}_unit_count > 0 then figures.{{ figure }}_count end
                as {{ figure }}_count,
            case
                when figures.unit_count is null then 'not_reported'
                when figures.unit_count > 0 and figures.{{ figure }}_unit_count = 0 then 'not_stated'
            end as {{ figure }}_count_reason,
        {% endfor -%}
        {% for figure in ['investment', 'production', 'value_added'] -%}
            case
                when figures.unit_count = 0 then 0
                when figures.{{ figure }}_unit_count > 0 and disclosure.shows_{{ figure }} then figures.{{ figure }}_idr
            end as {{ figure }}_idr,
            case
                when figures.unit_count is null then 'not_reported'
                when figures.unit_count > 0 and figures.{{ figure }}_unit_count = 0 then 'not_stated'
                when not disclosure.shows_{{ figure }} then 'suppressed'
            end as {{ figure }}_idr_reason,
        {% endfor -%}
        coalesce(disclosure.shows_export, true) as shows_export
    from grid
    left join figures using (data_year, regency_code, programme)
    left join disclosure using (data_year, regency_code, programme)

),

final as (

    select
        make_date(shown.data_year, 1, 1) as period_on,
        shown.regency_code,
        shown.programme,
        case
            when shown.regency_code <> {{ province_code() }}
                then {{ is_mandated('shown.regency_code', 'industry_programmes', 'shown.data_year') }}
        end as is_mandated,
        shown.regency_count,
        shown.unit_count::bigint as unit_count,
        case when shown.unit_count is null then 'not_reported' end as unit_count_reason,
        {% for figure in ['worker', 'male', 'female'] -%}
            shown.{{ figure }}_count::bigint as {{ figure }}_count,
            shown.{{ figure }}_count_reason,
        {% endfor -%}
        coalesce(shown.worker_unit_count, 0)::bigint as worker_unit_count,
        {% for figure in ['investment', 'production', 'value_added'] -%}
            shown.{{ figure }}_idr::numeric as {{ figure }}_idr,
            shown.{{ figure }}_idr_reason,
            coalesce(shown.{{ figure }}_unit_count, 0)::bigint as {{ figure }}_unit_count,
        {% endfor -%}
        {{ productivity('shown.value_added_idr', 'shown.value_added_worker_count') }} as productivity_idr,
        case
            when shown.value_added_idr is null then shown.value_added_idr_reason
            when shown.unit_count = 0 then 'no_units'
            when shown.value_added_worker_count = 0 then 'no_workers'
        end as productivity_idr_reason,
        {% for figure in ['unit', 'worker'] -%}
            {%- set name = 'growth_pct' if figure == 'unit' else 'worker_growth_pct' -%}
            case
                when shown.{{ figure }}_count is not null
                    then {{ percent_above(
                        'compared.' ~ figure ~ '_count', 'nullif(compared.' ~ figure ~ '_count_before, 0)'
                    ) }}
            end as {{ name }},
            case
                when shown.unit_count is null then 'not_reported'
                {%- if figure == 'worker' %}
                when shown.worker_count is null then shown.worker_count_reason
                {%- endif %}
                when compared.regency_count is null then 'no_previous_year'
                when compared.{{ figure }}_count_before = 0 then 'nothing_before'
            end as {{ name }}_reason,
        {% endfor -%}
        case
            when compared.regency_count = shown.regency_count and compared.regency_count = before.regency_count
                then {{ percent_above('shown.production_idr', 'nullif(before.production_idr, 0)') }}
        end as production_growth_pct,
        case
            when shown.production_idr is null then shown.production_idr_reason
            when compared.regency_count is null then 'no_previous_year'
            when compared.regency_count < greatest(shown.regency_count, before.regency_count)
                then 'other_regencies_before'
            when before.production_idr is null then 'previous_' || before.production_idr_reason
            when before.production_idr = 0 then 'nothing_before'
        end as production_growth_pct_reason,
        coalesce(compared.regency_count, 0) as growth_regency_count,
        {{ contribution('shown.production_idr', 'province.production_idr') }} as contribution_pct,
        case
            when shown.production_idr is null then shown.production_idr_reason
            when province.production_idr is null then 'province_' || province.production_idr_reason
            when province.production_idr = 0 then 'nothing_in_province'
        end as contribution_pct_reason,
        {{ contribution('shown.worker_count', 'province.worker_count') }} as worker_contribution_pct,
        case
            when shown.worker_count is null then shown.worker_count_reason
            when province.worker_count is null then 'province_' || province.worker_count_reason
            when province.worker_count = 0 then 'nothing_in_province'
        end as worker_contribution_pct_reason,
        {{ location_quotient(
            'shown.worker_count', 'place.worker_count', 'province.worker_count', 'whole.worker_count'
        ) }} as location_quotient,
        case
            when shown.worker_count is null then shown.worker_count_reason
            when place.worker_count is null then place.worker_count_reason
            when place.worker_count = 0 then 'no_workers'
            when province.worker_count is null then 'province_' || province.worker_count_reason
            when province.worker_count = 0 then 'nothing_in_province'
        end as location_quotient_reason,
        case
            when shown.shows_export and shown.export_unit_count > 0
                then {{ contribution('shown.export_idr', 'shown.production_idr') }}
        end as export_pct,
        case
            when shown.production_idr is null then shown.production_idr_reason
            when shown.unit_count = 0 then 'no_units'
            when shown.export_unit_count = 0 then 'not_stated'
            when not shown.shows_export then 'suppressed'
            when shown.production_idr = 0 then 'no_production'
        end as export_pct_reason,
        coalesce(shown.export_unit_count, 0)::bigint as export_unit_count,
        {{ contribution('shown.certified_unit_count', 'shown.certification_unit_count') }} as certified_pct,
        case
            when shown.unit_count is null then 'not_reported'
            when shown.unit_count = 0 then 'no_units'
            when shown.certification_unit_count = 0 then 'not_stated'
        end as certified_pct_reason,
        coalesce(shown.certification_unit_count, 0)::bigint as certification_unit_count,
        'suppressed' = any(array[
            shown.investment_idr_reason, shown.production_idr_reason, shown.value_added_idr_reason,
            case when not shown.shows_export then 'suppressed' end
        ]) is true as is_suppressed
    from shown
    inner join shown as province
        on
            shown.data_year = province.data_year
            and shown.programme = province.programme
            and province.regency_code = {{ province_code() }}
    inner join shown as place
        on
            shown.data_year = place.data_year
            and shown.regency_code = place.regency_code
            and place.programme = 'all'
    inner join shown as whole
        on
            shown.data_year = whole.data_year
            and whole.regency_code = {{ province_code() }}
            and whole.programme = 'all'
    left join compared
        on
            shown.data_year = compared.data_year
            and shown.regency_code = compared.regency_code
            and shown.programme = compared.programme
    left join shown as before
        on
            shown.data_year - 1 = before.data_year
            and shown.regency_code = before.regency_code
            and shown.programme = before.programme

)

select * from final
