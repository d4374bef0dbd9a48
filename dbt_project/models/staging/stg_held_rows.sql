with source as (

    select * from {{ source('intake', 'held_rows') }}

),

renamed as (

    select
        submission_id,
        sheet,
        row_number,
        case
            when typed ->> 'observed_on' ~ '^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$'
                then cast(typed ->> 'observed_on' as date)
        end as observed_on
    from source

)

select * from renamed
