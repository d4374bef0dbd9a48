with source as (

    select * from {{ source('intake', 'held_rows') }}

),

renamed as (

    select
        submission_id,
        sheet,
        row_number,
        cast(left(typed ->> 'observed_on', 10) as date) as observed_on
    from source

)

select * from renamed
