{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_expected_day',
    touched_by=['period_on'],
    indexes=[{'columns': ['regency_code', 'period_on']}],
) }}

with observations as (

    select * from {{ ref('fct_price_observation') }}

),

submissions as (

    select * from {{ ref('stg_submissions') }}

),

touched as (

    select * from {{ ref('touched_expected_day') }}

),

expected_window as (

    select value::integer as days
    from {{ ref('parameters') }}
    where parameter = 'expected_keys_window_days'

),

needed as (

    select distinct touched.period_on - generate_series(0, expected_window.days) as observed_on
    from touched
    cross join expected_window

),

considered as (

    select
        observations.*,
        expected_window.days as window_days,
        not submissions.is_history as is_from_a_night
    from observations
    inner join submissions using (submission_id)
    cross join expected_window
    {% if is_incremental() %}
        -- Searched by the index: expecting more days of a join, the planner would read every observation.
        where observations.observed_on = any(array(select needed.observed_on from needed))
    {% endif %}

),

-- An observation makes its key expected on its own day and on the following ones, until the key's next observation.
stretches as (

    select
        regency_code,
        observed_on,
        is_from_a_night,
        least(
            observed_on + window_days,
            lead(observed_on) over (
                partition by market_id, commodity_code, price_level order by observed_on
            ) - 1
        ) as last_expected_on
    from considered

),

expected_days as (

    select
        regency_code,
        observed_on,
        is_from_a_night,
        observed_on + generate_series(0, last_expected_on - observed_on) as period_on
    from stretches

),

final as (

    select
        expected_days.regency_code,
        expected_days.period_on,
        count(*)::integer as expected_keys,
        count(*) filter (
            where expected_days.is_from_a_night and expected_days.period_on = expected_days.observed_on
        )::integer as accepted_keys
    from expected_days
    {% if is_incremental() %}
        inner join touched using (period_on)
    {% endif %}
    group by
        expected_days.regency_code,
        expected_days.period_on

)

select * from final
