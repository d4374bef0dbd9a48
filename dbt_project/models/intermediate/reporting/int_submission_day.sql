{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_submission',
    touched_by=['submission_id'],
    indexes=[{'columns': ['regency_code', 'period_on']}],
) }}

with submissions as (

    select *
    from {{ ref('stg_submissions') }}
    where not is_history

),

prices as (

    select * from {{ ref('stg_staple_prices') }}

),

held_rows as (

    select * from {{ ref('stg_held_rows') }}

),

build_range as (

    select * from {{ ref('build_range') }}

),

touched as (

    select * from {{ ref('touched_submission') }}

),

counted as (

    select submissions.*
    from submissions
    {% if is_incremental() %}
        inner join touched using (submission_id)
    {% endif %}
    where submissions.load_seq <= (select build_range.to_load_seq from build_range)

),

accepted as (

    select
        prices.submission_id,
        prices.observed_on as period_on,
        count(*) as row_count
    from prices
    inner join counted using (load_seq)
    group by
        prices.submission_id,
        prices.observed_on

),

-- A held row without a readable date counts for the last day of its file, or for the night it came in.
held as (

    select
        counted.submission_id,
        coalesce(held_rows.observed_on, counted.period_last_on, counted.business_date) as period_on,
        count(*) as row_count
    from counted
    inner join held_rows using (submission_id)
    group by
        counted.submission_id,
        coalesce(held_rows.observed_on, counted.period_last_on, counted.business_date)

),

-- A file of which no row could be read was received all the same, for the night it came in.
days as (

    select
        submission_id,
        period_on
    from accepted
    union
    select
        submission_id,
        period_on
    from held
    union
    select
        counted.submission_id,
        coalesce(counted.period_last_on, counted.business_date) as period_on
    from counted
    where
        counted.submission_id not in (select accepted.submission_id from accepted)
        and counted.submission_id not in (select held.submission_id from held)

),

final as (

    select
        counted.submission_id,
        counted.regency_code,
        counted.dataset,
        days.period_on,
        counted.arrived_at,
        coalesce(accepted.row_count, 0)::integer as accepted_rows,
        coalesce(held.row_count, 0)::integer as held_rows
    from days
    inner join counted using (submission_id)
    left join accepted using (submission_id, period_on)
    left join held using (submission_id, period_on)

)

select * from final
