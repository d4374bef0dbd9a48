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
    from unnest(array[{{ programme_names() }}]) as programmes (programme)

),

{% set counted = ['unit_count', 'worker_count', 'male_count', 'female_count', 'certified_unit_count'] -%}
{% set workers = ['worker_unit_count', 'male_unit_count', 'female_unit_count', 'value_added_worker_count'] -%}
{% set stated = ['investment_unit_count', 'production_unit_count', 'value_added_unit_count'] -%}
{% set asked = ['export_unit_count', 'certification_unit_count'] -%}
{% set money = ['investment_idr', 'production_idr', 'value_added_idr', 'export_idr'] -%}
{% set summed = counted + workers + stated + asked + money -%}

-- A regency that reported has a row for every programme, also one without units.
regency_figures as (

    select
        {% for figure in summed -%}
            coalesce(
                sum(classes.{{ figure }}) filter ({{ is_in_programme('classes', 'programmes.programme') }}),
                0
            ) as {{ figure }},
        {% endfor -%}
        classes.data_year,
        classes.regency_code,
        programmes.programme
    from classes
    cross join programmes
    group by classes.data_year, classes.regency_code, programmes.programme

),

figures as (

    select
        {% for figure in summed -%}
            sum({{ figure }}) as {{ figure }},
        {% endfor -%}
        data_year,
        programme,
        coalesce(regency_code, {{ province_code() }}) as regency_code,
        count(*)::integer as regency_count
    from regency_figures
    group by grouping sets ((data_year, programme, regency_code), (data_year, programme))

),

-- Growth compares the same regencies in both years.
in_sequence as (

    select
        data_year,
        regency_code,
        programme,
        unit_count,
        worker_count,
        lag(data_year) over years as data_year_before,
        lag(unit_count) over years as unit_count_before,
        lag(worker_count) over years as worker_count_before
    from regency_figures
    window years as (partition by regency_code, programme order by data_year)

),

compared as (

    select
        data_year,
        programme,
        coalesce(regency_code, {{ province_code() }}) as regency_code,
        count(*)::integer as regency_count,
        sum(unit_count) as unit_count,
        sum(unit_count_before) as unit_count_before,
        sum(worker_count) as worker_count,
        sum(worker_count_before) as worker_count_before
    from in_sequence
    where data_year_before = data_year - 1
    group by grouping sets ((data_year, programme, regency_code), (data_year, programme))

),

years as (

    select distinct data_year from classes

),

places as (

    select regency_code from regencies
    union all
    select {{ province_code() }} as regency_code

),

grid as (

    select
        years.data_year,
        places.regency_code,
        programmes.programme
    from years
    cross join places
    cross join programmes

),

shown as (

    select
        grid.data_year,
        grid.regency_code,
        grid.programme,
        {% for figure in workers + stated + asked -%}
            figures.{{ figure }},
        {% endfor -%}
        {% for figure in ['worker', 'male', 'female'] -%}
            case
                when figures.unit_count = 0 or figures.{{ figure }}_unit_count > 0
                    then figures.{{ figure }}_count
            end as {{ figure }}_count,
            case
                when figures.unit_count is null then 'not_reported'
                when figures.unit_count > 0 and figures.{{ figure }}_unit_count = 0 then 'not_stated'
            end as {{ figure }}_count_reason,
        {% endfor -%}
        {% for figure in ['investment', 'production', 'value_added'] -%}
            case
                when figures.unit_count = 0 then 0
                when figures.{{ figure }}_unit_count > 0 and disclosure.shows_{{ figure }}
                    then figures.{{ figure }}_idr
            end as {{ figure }}_idr,
            case
                when figures.unit_count is null then 'not_reported'
                when figures.unit_count > 0 and figures.{{ figure }}_unit_count = 0 then 'not_stated'
                when not disclosure.shows_{{ figure }} then 'suppressed'
            end as {{ figure }}_idr_reason,
        {% endfor -%}
        {% for figure in ['unit', 'worker'] -%}
            compared.{{ figure }}_count as compared_{{ figure }}_count,
            compared.{{ figure }}_count_before,
        {% endfor -%}
        figures.unit_count,
        figures.certified_unit_count,
        figures.export_idr,
        compared.regency_count as compared_regency_count,
        coalesce(figures.regency_count, 0) as regency_count,
        coalesce(disclosure.shows_export, true) as shows_export
    from grid
    left join figures using (data_year, regency_code, programme)
    left join disclosure using (data_year, regency_code, programme)
    left join compared using (data_year, regency_code, programme)

),

-- Beside each figure what it is compared with: the programme's in the province, the place's of all industry, the
-- province's of all industry, and the place's the year before.
beside as (

    select
        shown.*,
        {% for figure in ['production_idr', 'worker_count'] -%}
            max(shown.{{ figure }}) filter (where shown.regency_code = {{ province_code() }})
                over in_province as province_{{ figure }},
            max(shown.{{ figure }}_reason) filter (where shown.regency_code = {{ province_code() }})
                over in_province as province_{{ figure }}_reason,
        {% endfor -%}
        {% for figure in ['regency_count', 'production_idr', 'production_idr_reason'] -%}
            case
                when lag(shown.data_year) over by_year = shown.data_year - 1
                    then lag(shown.{{ figure }}) over by_year
            end as {{ figure }}_before,
        {% endfor -%}
        max(shown.worker_count) filter (where shown.programme = 'all') over in_place as place_worker_count,
        max(shown.worker_count_reason) filter (where shown.programme = 'all') over in_place
            as place_worker_count_reason,
        max(shown.worker_count) filter (
            where shown.programme = 'all' and shown.regency_code = {{ province_code() }}
        ) over in_year as whole_worker_count
    from shown
    window
        in_province as (partition by shown.data_year, shown.programme),
        in_place as (partition by shown.data_year, shown.regency_code),
        in_year as (partition by shown.data_year),
        by_year as (partition by shown.regency_code, shown.programme order by shown.data_year)

),

final as (

    select
        make_date(beside.data_year, 1, 1) as period_on,
        beside.regency_code,
        beside.programme,
        case
            when beside.regency_code <> {{ province_code() }}
                then {{ is_mandated('beside.regency_code', 'industry_programmes', 'beside.data_year') }}
        end as is_mandated,
        beside.regency_count,
        beside.unit_count::bigint as unit_count,
        case when beside.unit_count is null then 'not_reported' end as unit_count_reason,
        {% for figure in ['worker', 'male', 'female'] -%}
            beside.{{ figure }}_count::bigint as {{ figure }}_count,
            beside.{{ figure }}_count_reason,
        {% endfor -%}
        coalesce(beside.worker_unit_count, 0)::bigint as worker_unit_count,
        {% for figure in ['investment', 'production', 'value_added'] -%}
            beside.{{ figure }}_idr::numeric as {{ figure }}_idr,
            beside.{{ figure }}_idr_reason,
            coalesce(beside.{{ figure }}_unit_count, 0)::bigint as {{ figure }}_unit_count,
        {% endfor -%}
        {{ productivity('beside.value_added_idr', 'beside.value_added_worker_count') }} as productivity_idr,
        case
            when beside.value_added_idr is null then beside.value_added_idr_reason
            when beside.unit_count = 0 then 'no_units'
            when beside.value_added_worker_count = 0 then 'no_workers'
        end as productivity_idr_reason,
        {% for figure in ['unit', 'worker'] -%}
            {%- set name = 'growth_pct' if figure == 'unit' else 'worker_growth_pct' -%}
            case
                when beside.{{ figure }}_count is not null
                    then {{ percent_above(
                        'beside.compared_' ~ figure ~ '_count', 'nullif(beside.' ~ figure ~ '_count_before, 0)'
                    ) }}
            end as {{ name }},
            case
                when beside.unit_count is null then 'not_reported'
                when beside.{{ figure }}_count is null then beside.worker_count_reason
                when beside.compared_regency_count is null then 'no_previous_year'
                when beside.{{ figure }}_count_before = 0 then 'nothing_before'
            end as {{ name }}_reason,
        {% endfor -%}
        case
            when
                beside.compared_regency_count = beside.regency_count
                and beside.compared_regency_count = beside.regency_count_before
                then {{ percent_above('beside.production_idr', 'nullif(beside.production_idr_before, 0)') }}
        end as production_growth_pct,
        case
            when beside.production_idr is null then beside.production_idr_reason
            when beside.compared_regency_count is null then 'no_previous_year'
            when beside.compared_regency_count < greatest(beside.regency_count, beside.regency_count_before)
                then 'other_regencies_before'
            when beside.production_idr_before is null
                then 'previous_' || beside.production_idr_reason_before
            when beside.production_idr_before = 0 then 'nothing_before'
        end as production_growth_pct_reason,
        coalesce(beside.compared_regency_count, 0) as growth_regency_count,
        {{ contribution('beside.production_idr', 'beside.province_production_idr') }} as contribution_pct,
        case
            when beside.production_idr is null then beside.production_idr_reason
            when beside.province_production_idr is null
                then 'province_' || beside.province_production_idr_reason
            when beside.province_production_idr = 0 then 'nothing_in_province'
        end as contribution_pct_reason,
        {{ contribution('beside.worker_count', 'beside.province_worker_count') }} as worker_contribution_pct,
        case
            when beside.worker_count is null then beside.worker_count_reason
            when beside.province_worker_count is null then 'province_' || beside.province_worker_count_reason
            when beside.province_worker_count = 0 then 'nothing_in_province'
        end as worker_contribution_pct_reason,
        {{ location_quotient(
            'beside.worker_count', 'beside.place_worker_count', 'beside.province_worker_count', 'beside.whole_worker_count'
        ) }} as location_quotient,
        case
            when beside.worker_count is null then beside.worker_count_reason
            when beside.place_worker_count is null then beside.place_worker_count_reason
            when beside.place_worker_count = 0 then 'no_workers'
            when beside.province_worker_count is null then 'province_' || beside.province_worker_count_reason
            when beside.province_worker_count = 0 then 'nothing_in_province'
        end as location_quotient_reason,
        case
            when beside.shows_export and beside.export_unit_count > 0
                then {{ contribution('beside.export_idr', 'beside.production_idr') }}
        end as export_pct,
        case
            when beside.unit_count is null then 'not_reported'
            when beside.unit_count = 0 then 'no_units'
            when beside.export_unit_count = 0 then 'not_stated'
            when beside.production_idr is null or not beside.shows_export then 'suppressed'
            when beside.production_idr = 0 then 'no_production'
        end as export_pct_reason,
        coalesce(beside.export_unit_count, 0)::bigint as export_unit_count,
        {{ contribution('beside.certified_unit_count', 'beside.certification_unit_count') }} as certified_pct,
        case
            when beside.unit_count is null then 'not_reported'
            when beside.unit_count = 0 then 'no_units'
            when beside.certification_unit_count = 0 then 'not_stated'
        end as certified_pct_reason,
        coalesce(beside.certification_unit_count, 0)::bigint as certification_unit_count,
        'suppressed' = any(array[
            beside.investment_idr_reason, beside.production_idr_reason, beside.value_added_idr_reason,
            case when not beside.shows_export then 'suppressed' end
        ]) is true as is_suppressed
    from beside

)

select * from final
