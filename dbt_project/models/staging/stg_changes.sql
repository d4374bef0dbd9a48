with source as (

    select * from {{ source('intake', 'changes') }}

),

renamed as (

    select
        change_seq,
        submission_id,
        kind,
        made_at
    from source

)

select * from renamed
