with source as (

    select * from {{ source('intake', 'loads') }}

),

renamed as (

    select
        load_seq,
        submission_id,
        kind,
        until_seq
    from source

)

select * from renamed
