with source as (

    select * from {{ source('intake', 'withdrawals') }}

),

renamed as (

    select
        from_seq,
        submission_id,
        sheet,
        rows as row_numbers,
        until_seq
    from source

)

select * from renamed
