{{ config(post_hook='analyze {{ this }}') }}

with alert_days as (

    select * from {{ ref('touched_alert_day') }}

),

stocks as (

    select * from {{ ref('fct_stock_daily') }}

),

fired as not materialized (

    select * from {{ ref('int_alert_fired') }}

),

regencies as (

    select * from {{ ref('regencies') }}

),

rules as (

    select * from {{ ref('alert_rules') }}

),

build_range as (

    select * from {{ ref('build_range') }}

),

places as (

    select regency_code from regencies
    union all
    select {{ province_code() }} as regency_code

),

days_with_data as (

    select
        commodity_code,
        price_level,
        observed_on
    from alert_days
    where price_level <> {{ no_price_level() }}
    union
    select
        alert_days.commodity_code,
        alert_days.price_level,
        alert_days.observed_on
    from alert_days
    inner join stocks using (commodity_code, observed_on)
    where alert_days.price_level = {{ no_price_level() }}

),

-- A full build makes every row anyway: nothing has to be looked for. Otherwise the last alert up to a touched day may have gone on, or been cleared, on that day.
alerts_before as (

    select
        nearest.regency_code,
        nearest.commodity_code,
        nearest.price_level,
        nearest.rule_code,
        nearest.observed_on
    from days_with_data
    cross join places
    cross join rules
    cross join
        lateral (
            select fired.*
            from fired
            where
                fired.regency_code = places.regency_code
                and fired.commodity_code = days_with_data.commodity_code
                and fired.price_level = days_with_data.price_level
                and fired.rule_code = rules.rule_code
                and fired.observed_on <= days_with_data.observed_on
            order by fired.observed_on desc
            limit 1
        ) as nearest
    where (select build_range.from_load_seq from build_range) > 0

),

alerts_on_touched_days as (

    select
        fired.regency_code,
        fired.commodity_code,
        fired.price_level,
        fired.rule_code,
        fired.observed_on
    from fired
    inner join alert_days using (commodity_code, price_level, observed_on)
    where (select build_range.from_load_seq from build_range) > 0

),

alerts as (

    select * from alerts_before
    union
    select * from alerts_on_touched_days

),

runs as (

    select distinct
        alerts.regency_code,
        alerts.commodity_code,
        alerts.price_level,
        alerts.rule_code,
        {{ run_start('alerts') }} as first_on
    from alerts

),

ended_runs as materialized (

    select
        runs.*,
        {{ run_end('runs', 'runs.first_on') }} as last_on
    from runs

),

days_of_runs as (

    select distinct
        fired.commodity_code,
        fired.price_level,
        fired.observed_on
    from ended_runs
    inner join fired
        on
            {{ is_same_alert('ended_runs', 'fired') }}
            and ended_runs.first_on <= fired.observed_on
            and ended_runs.last_on >= fired.observed_on

),

final as (

    select
        commodity_code,
        price_level,
        observed_on
    from alert_days
    union
    select
        commodity_code,
        price_level,
        observed_on
    from days_of_runs

)

select * from final
