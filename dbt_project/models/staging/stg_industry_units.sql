with unit_rows as (

    select * from {{ ref('stg_industry_unit_rows') }}

),

final as (

    select
        unit_rows.submission_id,
        unit_rows.load_seq,
        unit_rows.sheet,
        unit_rows.row_number,
        unit_rows.data_year,
        unit_rows.regency_code,
        unit_rows.nib,
        unit_rows.company_name,
        unit_rows.owner_name,
        unit_rows.address,
        unit_rows.village_name,
        unit_rows.district_name,
        unit_rows.kbli_code,
        unit_rows.kbli_version,
        unit_rows.branch_name,
        unit_rows.commodity_made,
        unit_rows.product_name,
        unit_rows.male_count,
        unit_rows.female_count,
        unit_rows.investment_idr,
        unit_rows.capacity,
        unit_rows.capacity_unit,
        unit_rows.production_idr,
        unit_rows.material_idr,
        unit_rows.export_pct,
        unit_rows.creative_subsector,
        unit_rows.is_halal,
        unit_rows.is_sni,
        unit_rows.brand_name,
        unit_rows.unit_status,
        unit_rows.reported_size_class
    from unit_rows
    where {{ counts_in_this_build('unit_rows') }}

)

select * from final
