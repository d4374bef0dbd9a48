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
        -- Of a finding on no field nobody knows what its value is; the check has masked its words where it may be secret.
        case
            when field_name is null and public_message is not null and value is not null then '•••'
            else {{ mask_restricted('value', 'field_name') }}
        end as value,
        coalesce(public_message, concat_ws(' ', message, nullif(remedy, ''))) as message,
        explanation_id
    from source

)

select * from renamed
