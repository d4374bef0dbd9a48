with source as (

    select * from {{ source('intake', 'submissions') }}

),

renamed as (

    select
        submission_id,
        regency_code,
        dataset,
        file_name,
        version,
        sha256,
        size_bytes,
        channel,
        is_history,
        business_date,
        arrived_at,
        received_at,
        state,
        verdict,
        rows_total,
        rows_blank,
        rows_accepted,
        rows_held,
        galat_count,
        konfirmasi_count,
        period_first_on,
        period_last_on,
        supersedes_id,
        load_seq
    from source

)

select * from renamed
