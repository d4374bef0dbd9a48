{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_alert',
    touched_by=['commodity_code', 'price_level', 'observed_on'],
    indexes=[{'columns': ['commodity_code', 'price_level', 'observed_on']}],
) }}

with fired as (

    select * from {{ ref('int_alert_fired') }}

),

touched as (

    select * from {{ ref('touched_alert') }}

),

rules as (

    select * from {{ ref('alert_rules') }}

),

alerts as (

    select
        fired.*,
        {{ run_start('fired') }} as first_seen_on
    from fired
    {% if is_incremental() %}
        inner join touched using (commodity_code, price_level, observed_on)
    {% endif %}

),

run_starts as (

    select distinct
        alerts.regency_code,
        alerts.commodity_code,
        alerts.price_level,
        alerts.rule_code,
        alerts.first_seen_on
    from alerts

),

-- Alone, and the next too: else the days would be searched once per alert instead of once per run.
runs as materialized (

    select
        run_starts.regency_code,
        run_starts.commodity_code,
        run_starts.price_level,
        run_starts.rule_code,
        run_starts.first_seen_on,
        rules.gap_days,
        {{ run_end('run_starts', 'run_starts.first_seen_on') }} as observed_on
    from run_starts
    inner join rules using (rule_code)

),

-- Looked at again after its last day without the run going on: cleared.
ended_runs as materialized (

    select
        runs.regency_code,
        runs.commodity_code,
        runs.price_level,
        runs.rule_code,
        runs.first_seen_on,
        after_run.looked_at_on as cleared_on
    from runs
    left join lateral (
        {{ day_looked_at('runs', 'after') }}
    ) as after_run on true

),

final as (

    select
        alerts.observed_on,
        alerts.regency_code,
        alerts.commodity_code,
        alerts.price_level,
        alerts.rule_code,
        alerts.alert_class,
        alerts.figure_value,
        alerts.baseline_value,
        alerts.measured_value,
        alerts.threshold_value,
        alerts.threshold_unit,
        alerts.first_seen_on,
        ended_runs.cleared_on,
        case when alerts.baseline_value is null then 'not_applicable' end as baseline_value_reason,
        alerts.observed_on - alerts.first_seen_on + 1 as days_running,
        ended_runs.cleared_on is not null as is_cleared
    from alerts
    inner join ended_runs using (regency_code, commodity_code, price_level, rule_code, first_seen_on)

)

select * from final
