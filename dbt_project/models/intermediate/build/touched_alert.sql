{{ config(post_hook='analyze {{ this }}') }}

with alert_days as (

    select * from {{ ref('touched_alert_day') }}

),

touched_runs as (

    select * from {{ ref('touched_alert_run') }}

),

runs as not materialized (

    select * from {{ ref('int_alert_run') }}

),

fired as not materialized (

    select * from {{ ref('int_alert_fired') }}

),

regencies as (

    select * from {{ ref('regencies') }}

),

build_range as (

    select * from {{ ref('build_range') }}

),

places as (

    select regency_code from regencies
    union all
    select {{ province_code() }} as regency_code

),

-- Every day of a run says when it began and ended. A full build makes every row anyway: nothing has to be looked for.
changed_runs as materialized (

    select runs.*
    from touched_runs
    inner join runs using (regency_code, commodity_code, price_level, rule_code, first_seen_on)
    cross join build_range
    where
        runs.changed_seq > build_range.from_load_seq
        and build_range.from_load_seq > 0

),

final as (

    select
        places.regency_code,
        alert_days.commodity_code,
        alert_days.price_level,
        alert_days.observed_on
    from alert_days
    cross join places
    union
    select
        changed_runs.regency_code,
        changed_runs.commodity_code,
        changed_runs.price_level,
        days.observed_on
    from changed_runs
    cross join
        lateral (
            select fired.observed_on
            from fired
            where
                {{ is_same_alert('fired', 'changed_runs') }}
                and fired.observed_on >= changed_runs.first_seen_on
                and fired.observed_on <= changed_runs.last_on
            {{ kept_apart() }}
        ) as days

)

select * from final
