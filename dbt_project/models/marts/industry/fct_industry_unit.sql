with units as (

    select * from {{ ref('int_industry_unit') }}

),

final as (

    select
        units.regency_code,
        units.data_year,
        units.unit_key,
        units.kbli_code,
        units.kbli_version,
        units.kbli_2020_code,
        units.division_code,
        units.size_class,
        units.size_class_reason,
        units.size_rule,
        units.is_ikm,
        units.is_ovop,
        units.star_count,
        units.is_creative,
        units.creative_subsector,
        units.is_agro,
        units.is_core_competence,
        units.is_halal,
        units.is_sni,
        units.has_brand,
        units.is_active,
        units.submission_id,
        units.sheet,
        units.row_number,
        case when units.kbli_2020_code is null then 'not_mapped' end as kbli_2020_code_reason,
        case
            when units.star_count is not null then null
            when units.is_ovop then 'not_rated'
            else 'not_ovop'
        end as star_count_reason
    from units

)

select * from final
