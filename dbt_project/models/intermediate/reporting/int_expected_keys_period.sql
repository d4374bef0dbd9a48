-- The prices' keys are in int_expected_keys_daily: they are too many to be counted anew every night.
with reported_keys as (

    select * from {{ ref('stg_reported_keys') }}

),

submissions as (

    select * from {{ ref('stg_submissions') }}

),

calendars as (

    select * from {{ ref('int_reporting_calendar') }}

),

counted as (

    select
        reported_keys.dataset,
        reported_keys.regency_code,
        reported_keys.period_on,
        reported_keys.reported_key,
        bool_or(reported_keys.is_last) as is_last,
        bool_or(not submissions.is_history) as is_from_a_night
    from reported_keys
    inner join submissions using (submission_id)
    where {{ counts_in_this_build('reported_keys') }}
    group by
        reported_keys.dataset,
        reported_keys.regency_code,
        reported_keys.period_on,
        reported_keys.reported_key

),

expected_periods as (

    select
        counted.dataset,
        counted.regency_code,
        counted.reported_key,
        counted.is_from_a_night,
        ahead.periods as periods_ahead,
        (counted.period_on + ahead.periods * calendars.period_length)::date as period_on
    from counted
    inner join calendars using (dataset)
    cross join lateral generate_series(
        0, case when counted.is_last then 0 else calendars.expected_again end
    ) as ahead (periods)

),

final as (

    select
        dataset,
        regency_code,
        period_on,
        count(distinct reported_key)::integer as expected_keys,
        (
            count(distinct reported_key) filter (where is_from_a_night and periods_ahead = 0)
        )::integer as accepted_keys
    from expected_periods
    group by
        dataset,
        regency_code,
        period_on

)

select * from final
