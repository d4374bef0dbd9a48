{{ config(post_hook='analyze {{ this }}') }}

{#-
    Read as the build before left it, hence without a reference: int_alert_run is built by the keys named here. After
    a build that did not end it may hold some of this night's runs already, which does no harm: every day that may
    differ from what was published is a touched one.
-#}
{%- set runs_before = left_by_the_build_before('int_alert_run') %}

with alert_days as (

    select * from {{ ref('touched_alert_day') }}

),

starts as (

    select * from {{ ref('int_alert_run_start') }}

),

-- Whatever becomes of a run, becomes of it on a day from its first to the one that cleared it.
final as (

    select
        starts.regency_code,
        starts.commodity_code,
        starts.price_level,
        starts.rule_code,
        starts.observed_on as first_seen_on
    from starts
    inner join alert_days using (commodity_code, price_level, observed_on)
    {% if runs_before %}
        union
        select
            found.regency_code,
            found.commodity_code,
            found.price_level,
            found.rule_code,
            found.first_seen_on
        from alert_days
        cross join
            lateral (
                select runs.*
                from {{ runs_before }} as runs
                where
                    runs.commodity_code = alert_days.commodity_code
                    and runs.price_level = alert_days.price_level
                    and runs.open_until >= alert_days.observed_on
                    and runs.first_seen_on <= alert_days.observed_on
                {{ kept_apart() }}
            ) as found
    {% endif %}

)

select * from final
