with source as (

    select * from {{ source('intake', 'findings') }}

),

renamed as (

    select
        submission_id,
        finding_no,
        rule_id,
        severity,
        sheet,
        row_number,
        column_name,
        {{ mask_restricted('value', 'column_name') }} as value,
        message,
        explanation_id
    from source

)

select * from renamed
