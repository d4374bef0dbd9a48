with activity_rows as (

    select * from {{ ref('stg_programme_activity_rows') }}

),

final as (

    select
        activity_rows.submission_id,
        activity_rows.load_seq,
        activity_rows.sheet,
        activity_rows.row_number,
        activity_rows.month_on,
        activity_rows.regency_code,
        activity_rows.programme_code,
        activity_rows.programme_name,
        activity_rows.activity_code,
        activity_rows.activity_name,
        activity_rows.is_priority,
        activity_rows.provincial_programme_code,
        activity_rows.budget_idr,
        activity_rows.realised_idr,
        activity_rows.physical_pct
    from activity_rows
    where {{ counts_in_this_build('activity_rows') }}

)

select * from final
