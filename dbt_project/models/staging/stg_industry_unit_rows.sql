with source as (

    select * from {{ source('raw', 'industry_units') }}

),

renamed as (

    select
        submission_id,
        load_seq,
        sheet,
        row_number,
        data_year,
        regency_code,
        nib,
        company_name,
        owner_name,
        address,
        village_name,
        district_name,
        kbli_code,
        kbli_version,
        branch_name,
        commodity_made,
        product_name,
        male_count,
        female_count,
        investment_idr,
        capacity,
        capacity_unit,
        production_idr,
        material_idr,
        export_pct,
        creative_subsector,
        is_halal,
        is_sni,
        brand_name,
        unit_status,
        size_class as reported_size_class
    from source

)

select * from renamed
