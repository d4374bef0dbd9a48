{{ config(indexes=[{'columns': ['regency_code', 'month_on', 'activity_code']}]) }}

with activities as (

    select * from {{ ref('stg_programme_activities') }}

),

submissions as (

    select * from {{ ref('stg_submissions') }}

),

provincial_programmes as (

    select * from {{ ref('provincial_programmes') }}

),

build_range as (

    select * from {{ ref('build_range') }}

),

accepted as (

    select
        activities.*,
        submissions.received_at
    from activities
    inner join submissions using (submission_id)
    where activities.load_seq <= (select build_range.to_load_seq from build_range)

),

latest as (

    {{ latest_accepted('accepted', ['regency_code', 'month_on', 'activity_code']) }}

),

with_reasons as (

    select
        *,
        case
            when budget_idr = 0 then 'no_budget'
            when realised_idr is null then 'not_reported'
        end as financial_pct_reason
    from latest

),

final as (

    select
        with_reasons.month_on,
        with_reasons.regency_code,
        with_reasons.programme_code,
        with_reasons.programme_name,
        with_reasons.activity_code,
        with_reasons.activity_name,
        with_reasons.is_priority,
        with_reasons.provincial_programme_code,
        provincial_programmes.programme_name as provincial_programme_name,
        with_reasons.budget_idr,
        with_reasons.realised_idr,
        with_reasons.financial_pct_reason,
        with_reasons.physical_pct,
        with_reasons.submission_id,
        with_reasons.sheet,
        with_reasons.row_number,
        provincial_programmes.programme_code is not null as is_tied,
        case when with_reasons.is_priority is null then 'not_reported' end as is_priority_reason,
        case when with_reasons.realised_idr is null then 'not_reported' end as realised_idr_reason,
        case
            when with_reasons.financial_pct_reason is null
                then {{ percent_of('with_reasons.realised_idr', 'with_reasons.budget_idr') }}
        end as financial_pct,
        case when with_reasons.physical_pct is null then 'not_reported' end as physical_pct_reason
    from with_reasons
    left join provincial_programmes
        on with_reasons.provincial_programme_code = provincial_programmes.programme_code

)

select * from final
