with source as (

    select * from {{ source('intake', 'target_notes') }}

),

renamed as (

    select
        note_id,
        from_seq,
        indicator_code,
        regency_code,
        target_year,
        quarter,
        cause,
        follow_up,
        until_seq
    from source

)

select * from renamed
