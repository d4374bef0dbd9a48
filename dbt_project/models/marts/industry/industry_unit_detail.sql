{%- set figures = [
    'male_count', 'female_count', 'worker_count', 'investment_idr', 'production_idr', 'material_idr', 'export_pct',
    'capacity',
] -%}

with units as (

    select * from {{ ref('int_industry_unit') }}

),

final as (

    select
        units.regency_code,
        units.data_year,
        units.unit_key,
        units.nib,
        units.identified_by,
        units.company_name,
        units.owner_name,
        units.address,
        units.village_name,
        units.district_name,
        units.kbli_code,
        units.kbli_version,
        units.branch_name,
        units.commodity_made,
        units.product_name,
        units.brand_name,
        units.size_class,
        units.reported_size_class,
        {% for figure in figures -%}
            units.{{ figure }},
            case when units.{{ figure }} is null then 'not_reported' end as {{ figure }}_reason,
        {% endfor -%}
        units.capacity_unit,
        units.is_active,
        units.ovop_product_key is not null as is_ovop,
        units.submission_id,
        units.sheet,
        units.row_number
    from units

)

select * from final
