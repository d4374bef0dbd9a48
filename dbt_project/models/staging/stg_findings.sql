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
        cell,
        field_name,
        column_name,
        {{ mask_restricted('value', 'field_name') }} as value,
        coalesce(public_message, concat_ws(' ', message, nullif(remedy, ''))) as message,
        explanation_id
    from source

)

select * from renamed
