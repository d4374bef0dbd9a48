{%- set programmes = ['ikm', 'ovop', 'creative', 'agro', 'core_competence'] -%}

with units as not materialized (

    select
        int_industry_unit.unit_key,
        int_industry_unit.data_year,
        int_industry_unit.regency_code,
        int_industry_unit.is_active,
        int_industry_unit.size_class,
        int_industry_unit.size_rule,
        int_industry_unit.kbli_code,
        int_industry_unit.kbli_key,
        int_industry_unit.village_key,
        {% for programme in programmes -%}
            int_industry_unit.is_{{ programme }},
        {% endfor -%}
        int_industry_unit.submission_id,
        int_industry_unit.sheet,
        int_industry_unit.row_number
    from {{ ref('int_industry_unit') }} as int_industry_unit

),

years as (

    select * from {{ ref('int_industry_year') }}

),

units_now as (

    select
        units.*,
        years.previous_year
    from units
    inner join years using (regency_code, data_year)
    where years.previous_year is not null

),

units_before as (

    select
        units.*,
        years.data_year as next_year
    from units
    inner join years
        on
            units.regency_code = years.regency_code
            and units.data_year = years.previous_year

),

compared as (

    select
        coalesce(units_now.unit_key, units_before.unit_key) as unit_key,
        coalesce(units_now.regency_code, units_before.regency_code) as regency_code,
        coalesce(units_now.data_year, units_before.next_year) as data_year,
        coalesce(units_now.is_active, false) as is_active_now,
        coalesce(units_before.is_active, false) as is_active_before,
        units_now.unit_key is not null as is_named_now,
        units_before.unit_key is not null as is_named_before,
        {% for column in ['size_class', 'size_rule', 'kbli_code', 'kbli_key', 'village_key'] -%}
            units_now.{{ column }} as {{ column }}_now,
            units_before.{{ column }} as {{ column }}_before,
        {% endfor -%}
        {% for programme in programmes -%}
            units_now.is_{{ programme }} as is_{{ programme }}_now,
            units_before.is_{{ programme }} as is_{{ programme }}_before,
        {% endfor -%}
        coalesce(units_now.submission_id, units_before.submission_id) as submission_id,
        coalesce(units_now.sheet, units_before.sheet) as sheet,
        coalesce(units_now.row_number, units_before.row_number) as row_number
    from units_now
    full outer join units_before
        on
            units_now.unit_key = units_before.unit_key
            and units_now.data_year = units_before.next_year

),

first_years as (

    select
        units.unit_key,
        min(units.data_year) as first_year
    from units
    group by units.unit_key

),

-- What is as it was is most of the register; it goes no further.
differing as (

    select
        compared.*,
        years.previous_year,
        years.is_full,
        case
            when compared.size_rule_now = compared.size_rule_before then 'size_class'
            else 'size_rule'
        end as size_reason,
        coalesce(first_years.first_year < years.previous_year, false) as is_known_from_before,
        compared.is_active_now and compared.is_active_before as is_active_in_both
    from compared
    inner join years using (regency_code, data_year)
    left join first_years
        on
            compared.unit_key = first_years.unit_key
            and not compared.is_named_before
    where
        compared.is_active_now <> compared.is_active_before
        {% for column in ['size_class', 'kbli_key', 'village_key'] -%}
            or compared.{{ column }}_now <> compared.{{ column }}_before
        {% endfor -%}
        {% for programme in programmes -%}
            or compared.is_{{ programme }}_now <> compared.is_{{ programme }}_before
        {% endfor %}

),

begun_or_ended as (

    select
        differing.*,
        case
            when differing.is_active_now then 'opened'
            when differing.is_named_now or differing.is_full then 'closed'
            else 'missing'
        end as change_type,
        case
            when differing.is_active_now and differing.is_named_before then 'reopened'
            when differing.is_active_now and differing.is_known_from_before then 'returned'
            when differing.is_active_now then 'new'
            when differing.is_named_now then 'stated'
            when differing.is_full then 'not_named'
            else 'part_register'
        end as change_reason,
        null as from_value,
        null as to_value
    from differing
    where differing.is_active_now <> differing.is_active_before

),

reclassified as (

    select
        differing.*,
        'reclassified' as change_type,
        differing.size_reason as change_reason,
        differing.size_class_before as from_value,
        differing.size_class_now as to_value
    from differing
    where differing.is_active_in_both and differing.size_class_now <> differing.size_class_before
    union all
    select
        differing.*,
        'reclassified' as change_type,
        'kbli_code' as change_reason,
        differing.kbli_code_before as from_value,
        differing.kbli_code_now as to_value
    from differing
    where differing.is_active_in_both and differing.kbli_key_now <> differing.kbli_key_before
    union all
    select
        differing.*,
        'reclassified' as change_type,
        'village' as change_reason,
        null as from_value,
        null as to_value
    from differing
    where differing.is_active_in_both and differing.village_key_now <> differing.village_key_before
    {% for programme in programmes -%}
        union all
        select
            differing.*,
            'reclassified' as change_type,
            '{{ programme }}' as change_reason,
            case when differing.is_{{ programme }}_before then 'in' else 'out' end as from_value,
            case when differing.is_{{ programme }}_now then 'in' else 'out' end as to_value
        from differing
        where
            differing.is_active_in_both
            and differing.is_{{ programme }}_now <> differing.is_{{ programme }}_before
    {% endfor %}

),

changes as (

    select * from begun_or_ended
    union all
    select * from reclassified

),

final as (

    select
        changes.regency_code,
        changes.data_year,
        changes.unit_key,
        changes.change_type,
        changes.change_reason,
        changes.previous_year,
        changes.is_active_now::integer - changes.is_active_before::integer as unit_change,
        changes.from_value,
        changes.to_value,
        {% for column in ['size_class', 'kbli_code'] -%}
            case
                when changes.change_type in ('closed', 'missing') then changes.{{ column }}_before
                else changes.{{ column }}_now
            end as {{ column }},
        {% endfor -%}
        {% for programme in programmes -%}
            case
                when changes.change_type in ('closed', 'missing') then changes.is_{{ programme }}_before
                else changes.is_{{ programme }}_now
            end as is_{{ programme }},
        {% endfor -%}
        changes.is_full as is_register_full,
        changes.submission_id,
        changes.sheet,
        changes.row_number
    from changes

)

select * from final
