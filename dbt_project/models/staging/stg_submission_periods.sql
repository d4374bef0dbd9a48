with source as (

    select * from {{ source('intake', 'submission_periods') }}

),

renamed as (

    select
        submission_id,
        period_on,
        rows_accepted,
        rows_held
    from source

)

select * from renamed
