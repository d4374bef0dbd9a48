{{ config(indexes=[{'columns': ['regency_code', 'dataset', 'period_on']}]) }}

with offices as (

    select * from {{ ref('offices') }}

),

submissions as (

    select *
    from {{ ref('stg_submissions') }}
    where not is_history

),

submission_periods as (

    select * from {{ ref('int_submission_period') }}

),

calendars as (

    select * from {{ ref('int_reporting_calendar') }}

),

expected_keys as (

    select
        'staple_prices' as dataset,
        regency_code,
        period_on,
        expected_keys,
        accepted_keys
    from {{ ref('int_expected_keys_daily') }}
    union all
    select
        dataset,
        regency_code,
        period_on,
        expected_keys,
        accepted_keys
    from {{ ref('int_expected_keys_period') }}

),

build_range as (

    select * from {{ ref('build_range') }}

),

nights as (

    select
        min(submissions.business_date) as first_on,
        greatest(max(submissions.business_date), max(build_range.business_date)) as last_on
    from submissions
    inner join build_range on submissions.load_seq <= build_range.to_load_seq

),

-- Per dataset the periods that are over: from the one to be reported on the first night to that of this night.
periods as (

    select
        calendars.dataset,
        nights.first_on,
        nights.last_on,
        calendars.due_time,
        period.begins_at::date as period_on,
        (period.begins_at + calendars.period_length)::date - 1 + calendars.due_days_after as due_on
    from nights
    cross join calendars
    cross join lateral generate_series(
        date_trunc(calendars.period_unit, nights.first_on + interval '1 day') - calendars.period_length,
        date_trunc(calendars.period_unit, nights.last_on + interval '1 day') - calendars.period_length,
        calendars.period_length
    ) as period (begins_at)

),

-- What should exist: every office and period. What was due before the first night was owed to nobody here.
grid as (

    select
        offices.regency_code,
        periods.dataset,
        periods.period_on,
        offices.is_obliged
        and periods.period_on >= offices.reporting_from
        and periods.due_on >= periods.first_on as is_obliged,
        (periods.due_on + periods.due_time) at time zone 'Asia/Jakarta' as due_at,
        {{ jakarta_instant('periods.last_on', '20:00') }} as judged_at
    from offices
    cross join periods

),

received as (

    select
        regency_code,
        dataset,
        period_on,
        min(arrived_at) as first_arrived_at,
        sum(accepted_rows) as accepted_rows,
        sum(held_rows) as held_rows
    from submission_periods
    group by
        regency_code,
        dataset,
        period_on

),

judged as (

    select
        grid.regency_code,
        grid.dataset,
        grid.period_on,
        grid.is_obliged,
        grid.due_at,
        received.first_arrived_at,
        coalesce(received.accepted_rows, 0) as accepted_rows,
        coalesce(received.held_rows, 0) as held_rows,
        coalesce(expected_keys.expected_keys, 0) as expected_keys,
        coalesce(expected_keys.accepted_keys, 0) as accepted_keys,
        case
            when received.first_arrived_at is not null then 'received'
            when not grid.is_obliged then 'not_obliged'
            when grid.due_at > grid.judged_at then 'awaited'
            else 'late'
        end as status
    from grid
    left join received using (regency_code, dataset, period_on)
    left join expected_keys using (regency_code, dataset, period_on)

),

with_reasons as (

    select
        *,
        first_arrived_at <= due_at as is_on_time,
        case
            when status in ('awaited', 'not_obliged') then status
            when expected_keys = 0 then 'no_recent_report'
        end as completeness_pct_reason,
        case
            when status in ('awaited', 'not_obliged') then status
        end as timeliness_pct_reason,
        case
            when status <> 'received' then status
            when accepted_rows + held_rows = 0 then 'no_rows'
        end as validity_pct_reason
    from judged

),

final as (

    select
        regency_code,
        dataset,
        period_on,
        status,
        is_obliged::integer as expected,
        (status = 'received')::integer as received,
        coalesce(is_on_time, false)::integer as on_time,
        (accepted_rows > 0)::integer as accepted,
        due_at,
        first_arrived_at,
        expected_keys,
        accepted_keys,
        accepted_rows::integer as accepted_rows,
        held_rows::integer as held_rows,
        case
            when completeness_pct_reason is null then {{ percent_of('accepted_keys', 'expected_keys') }}
        end as completeness_pct,
        completeness_pct_reason,
        case
            when timeliness_pct_reason is null then (coalesce(is_on_time, false)::integer * 100)::numeric
        end as timeliness_pct,
        timeliness_pct_reason,
        case
            when validity_pct_reason is null
                then {{ percent_of('accepted_rows', '(accepted_rows + held_rows)') }}
        end as validity_pct,
        validity_pct_reason
    from with_reasons

)

select * from final
