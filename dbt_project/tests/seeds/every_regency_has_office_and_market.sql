-- 38 regencies, each with an office and at least one market.
with regencies as (

    select * from {{ ref('regencies') }}

),

offices as (

    select * from {{ ref('offices') }}

),

markets as (

    select distinct regency_code from {{ ref('markets') }}

),

final as (

    select
        regencies.regency_code,
        offices.office_name,
        count(*) over () as regency_count
    from regencies
    left join offices using (regency_code)
    left join markets using (regency_code)
    where
        offices.regency_code is null
        or markets.regency_code is null

)

select * from final
