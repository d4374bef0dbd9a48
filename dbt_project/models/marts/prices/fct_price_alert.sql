{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_alert',
    touched_by=['regency_code', 'commodity_code', 'price_level', 'observed_on'],
    indexes=[{'columns': ['regency_code', 'commodity_code', 'price_level', 'observed_on']}],
) }}

with fired as (

    select * from {{ ref('int_alert_fired') }}

),

runs as not materialized (

    select * from {{ ref('int_alert_run') }}

),

touched as (

    select * from {{ ref('touched_alert') }}

),

-- The run that a day belongs to is the last that had begun by then.
final as (

    select
        fired.observed_on,
        fired.regency_code,
        fired.commodity_code,
        fired.price_level,
        fired.rule_code,
        fired.alert_class,
        fired.figure_value,
        fired.baseline_value,
        fired.measured_value,
        fired.threshold_value,
        fired.threshold_unit,
        run.first_seen_on,
        nullif(run.open_until, 'infinity'::date) as cleared_on,
        case when fired.baseline_value is null then 'not_applicable' end as baseline_value_reason,
        fired.observed_on - run.first_seen_on + 1 as days_running,
        run.open_until < 'infinity'::date as is_cleared
    from fired
    {% if is_incremental() %}
        inner join touched using (regency_code, commodity_code, price_level, observed_on)
    {% endif %}
    cross join
        lateral (
            select
                runs.first_seen_on,
                runs.open_until
            from runs
            where
                {{ is_same_alert('runs', 'fired') }}
                and runs.first_seen_on <= fired.observed_on
            order by runs.first_seen_on desc
            limit 1
        ) as run

)

select * from final
