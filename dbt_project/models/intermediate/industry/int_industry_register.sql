{{ config(materialized='view') }}

-- Which rows are one unit: those of one NIB in the regency, and those of one name, village and KBLI. A row without NIB
-- belongs to the one NIB that has its name, village and KBLI, in whatever year; where several have, to none of them.
{% set first = ['received_at', 'submission_id', 'sheet', 'row_number'] -%}

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
        {% for column in first -%}
            rows_of_both.{{ column }} asc{{ ',' if not loop.last }}
        {% endfor %}

),

keyed as (

    select
        identified.*,
        {{ unit_key('identified.regency_code', "coalesce(
            named_first.first_name,
            'nib|' || identified.unit_nib_key,
            " ~ unit_name('identified') ~ "
        )", 'salts.salt') }} as unit_key
    from identified
    cross join salts
    left join named_first
        on
            identified.regency_code = named_first.regency_code
            and identified.unit_nib_key = named_first.nib_key

),

final as (

    {{ latest_accepted('keyed', ['unit_key', 'data_year']) }}

)

select * from final
