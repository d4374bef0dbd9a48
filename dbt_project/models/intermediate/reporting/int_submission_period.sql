{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_submission',
    touched_by=['submission_id'],
    indexes=[{'columns': ['regency_code', 'dataset', 'period_on']}],
) }}

with submissions as (

    select *
    from {{ ref('stg_submissions') }}
    where not is_history

),

submission_periods as (

    select * from {{ ref('stg_submission_periods') }}

),

calendars as (

    select * from {{ ref('int_reporting_calendar') }}

),

build_range as (

    select * from {{ ref('build_range') }}

),

touched as (

    select * from {{ ref('touched_submission') }}

),

counted as (

    select
        submissions.*,
        (
            date_trunc(calendars.period_unit, submissions.business_date + interval '1 day')
            - calendars.period_length
        )::date as period_to_report_on
    from submissions
    inner join calendars using (dataset)
    {% if is_incremental() %}
        inner join touched using (submission_id)
    {% endif %}
    where submissions.load_seq <= (select build_range.to_load_seq from build_range)

),

judged as (

    select
        counted.submission_id,
        max(submission_periods.period_on) as last_period_on,
        coalesce(sum(submission_periods.rows_held), 0) as rows_held
    from counted
    left join submission_periods using (submission_id)
    group by counted.submission_id

),

-- A held row that does not say its period counts for the last one of its file, or for the one to be reported when
-- the file came in; there a file of which no row could be read was received too.
placed as (

    select
        submission_id,
        period_on,
        rows_accepted,
        rows_held
    from submission_periods
    union all
    select
        counted.submission_id,
        coalesce(judged.last_period_on, counted.period_to_report_on) as period_on,
        0 as rows_accepted,
        greatest(coalesce(counted.rows_held, 0) - judged.rows_held, 0) as rows_held
    from counted
    inner join judged using (submission_id)

),

final as (

    select
        counted.submission_id,
        counted.regency_code,
        counted.dataset,
        placed.period_on,
        counted.arrived_at,
        sum(placed.rows_accepted)::integer as accepted_rows,
        sum(placed.rows_held)::integer as held_rows
    from placed
    inner join counted using (submission_id)
    group by
        counted.submission_id,
        counted.regency_code,
        counted.dataset,
        placed.period_on,
        counted.arrived_at

)

select * from final
