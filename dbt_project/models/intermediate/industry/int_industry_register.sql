{{ config(materialized='view') }}

-- Which rows are one unit: those of one NIB in the regency, and those of one name, village and KBLI. A row without NIB
-- belongs to the one NIB that has its name, village and KBLI, in whatever year; where several have, to none of them.

with unit_rows as not materialized (

    select * from {{ ref('int_industry_row') }}

),

salts as (

    select * from {{ ref('stg_unit_key_salt') }}

),

named as (

    select
        unit_rows.regency_code,
        unit_rows.name_key,
        unit_rows.village_key,
        unit_rows.kbli_key,
        min(unit_rows.nib_key) as nib_key
    from unit_rows
    where unit_rows.nib_key is not null
    group by unit_rows.regency_code, unit_rows.name_key, unit_rows.village_key, unit_rows.kbli_key
    having min(unit_rows.nib_key) = max(unit_rows.nib_key)

),

identified as (

    select
        unit_rows.*,
        coalesce(unit_rows.nib_key, named.nib_key) as unit_nib_key,
        case
            when unit_rows.nib_key is not null then 'nib'
            when named.nib_key is not null then 'name_of_nib'
            else 'name'
        end as identified_by
    from unit_rows
    left join named
        on
            unit_rows.nib_key is null
            and unit_rows.regency_code = named.regency_code
            and unit_rows.name_key = named.name_key
            and unit_rows.village_key = named.village_key
            and unit_rows.kbli_key = named.kbli_key

),

-- A unit that has been reported with its NIB and without keeps the key that it came with first.
rows_without_nib as (

    select
        unit_rows.regency_code,
        named.nib_key,
        unit_rows.received_at,
        unit_rows.submission_id,
        unit_rows.sheet,
        unit_rows.row_number,
        {{ unit_name('unit_rows') }} as first_name
    from unit_rows
    inner join named using (regency_code, name_key, village_key, kbli_key)
    where unit_rows.nib_key is null

),

rows_of_both as (

    select * from rows_without_nib
    union all
    select
        unit_rows.regency_code,
        unit_rows.nib_key,
        unit_rows.received_at,
        unit_rows.submission_id,
        unit_rows.sheet,
        unit_rows.row_number,
        null as first_name
    from unit_rows
    where (unit_rows.regency_code, unit_rows.nib_key) in (
        select
            rows_without_nib.regency_code,
            rows_without_nib.nib_key
        from rows_without_nib
    )

),

named_first as (

    select distinct on (rows_of_both.regency_code, rows_of_both.nib_key) rows_of_both.*
    from rows_of_both
    order by
        rows_of_both.regency_code asc,
        rows_of_both.nib_key asc,
        rows_of_both.received_at asc,
        rows_of_both.submission_id asc,
        rows_of_both.sheet asc,
        rows_of_both.row_number asc

),

keyed as (

    select
        identified.*,
        coalesce(
            named_first.first_name,
            'nib|' || identified.unit_nib_key,
            {{ unit_name('identified') }}
        ) as identity
    from identified
    left join named_first
        on
            identified.regency_code = named_first.regency_code
            and identified.unit_nib_key = named_first.nib_key

),

hashed as (

    select
        keyed.*,
        {{ unit_key('keyed.regency_code', 'keyed.identity', 'salts.salt') }} as unit_key
    from keyed
    cross join salts

),

latest as (

    {{ latest_accepted('hashed', ['unit_key', 'data_year']) }}

),

final as (

    select
        latest.unit_key,
        latest.data_year,
        latest.regency_code,
        latest.identified_by,
        latest.unit_nib_key,
        latest.name_key,
        latest.village_key,
        latest.kbli_key,
        latest.kbli_2020_code,
        latest.submission_id,
        latest.sheet,
        latest.row_number,
        latest.company_name,
        latest.owner_name,
        latest.address,
        latest.village_name,
        latest.district_name,
        latest.kbli_code,
        latest.kbli_version,
        latest.branch_name,
        latest.commodity_made,
        latest.product_name,
        latest.male_count,
        latest.female_count,
        latest.investment_idr,
        latest.capacity,
        latest.capacity_unit,
        latest.production_idr,
        latest.material_idr,
        latest.export_pct,
        latest.creative_subsector,
        latest.is_halal,
        latest.is_sni,
        latest.brand_name,
        latest.unit_status,
        latest.reported_size_class
    from latest

)

select * from final
