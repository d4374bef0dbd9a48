with source as (

    select * from {{ source('raw', 'programme_activities') }}

),

renamed as (

    select
        submission_id,
        load_seq,
        sheet,
        row_number,
        period_on as month_on,
        regency_code,
        programme_code,
        programme_name,
        activity_code,
        activity_name,
        is_priority,
        provincial_programme_code,
        budget_idr,
        realised_idr,
        physical_pct
    from source

)

select * from renamed
