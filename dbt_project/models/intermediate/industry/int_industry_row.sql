{{ config(post_hook='analyze {{ this }}') }}

with unit_rows as (

    select * from {{ ref('stg_industry_units') }}

),

submissions as (

    select * from {{ ref('stg_submissions') }}

),

kbli as (

    select * from {{ ref('kbli') }}

),

kbli_map as (

    select * from {{ ref('kbli_map') }}

),

-- Every code of every version with what it is in the newest list.
kbli_codes as (

    select
        kbli.kbli_version,
        kbli.kbli_code,
        kbli.kbli_code as kbli_2020_code
    from kbli
    union all
    select
        kbli_map.kbli_version,
        kbli_map.kbli_code,
        kbli_map.kbli_2020_code
    from kbli_map

),

final as (

    select
        unit_rows.submission_id,
        unit_rows.load_seq,
        unit_rows.sheet,
        unit_rows.row_number,
        submissions.received_at,
        unit_rows.regency_code,
        unit_rows.data_year,
        unit_rows.nib,
        unit_rows.company_name,
        unit_rows.owner_name,
        unit_rows.address,
        unit_rows.village_name,
        unit_rows.district_name,
        unit_rows.kbli_code,
        unit_rows.kbli_version,
        kbli_codes.kbli_2020_code,
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
        unit_rows.reported_size_class,
        nullif(translate(unit_rows.nib, ' .-', ''), '') as nib_key,
        {{ name_key('unit_rows.company_name') }} as name_key,
        {{ village_key('unit_rows.village_name') }} as village_key,
        coalesce(kbli_codes.kbli_2020_code, unit_rows.kbli_code) as kbli_key
    from unit_rows
    inner join submissions using (submission_id)
    left join kbli_codes
        on
            unit_rows.kbli_version = kbli_codes.kbli_version
            and unit_rows.kbli_code = kbli_codes.kbli_code

)

select * from final
