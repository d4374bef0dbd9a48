with source as (

    select * from {{ source('intake', 'targets') }}

),

renamed as (

    select
        version_id,
        sheet,
        row_number,
        indicator_code,
        regency_code,
        target_year,
        quarter,
        target_version,
        target_value,
        lower_value,
        upper_value,
        decree,
        decided_on,
        effective_from_on,
        until_seq
    from source

)

select * from renamed
