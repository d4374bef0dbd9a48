{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_alert_run',
    touched_by=['regency_code', 'commodity_code', 'price_level', 'rule_code', 'first_seen_on'],
    indexes=[
        {'columns': ['commodity_code', 'price_level', 'open_until']},
        {'columns': ['regency_code', 'commodity_code', 'price_level', 'rule_code', 'first_seen_on'], 'unique': true},
    ],
    post_hook='analyze {{ this }}',
) }}

{%- set touched = ref('touched_alert_run') %}

with starts as (

    select * from {{ ref('int_alert_run_start') }}

),

rules as (

    select * from {{ ref('alert_rules') }}

),

build_range as (

    select * from {{ ref('build_range') }}

),

begun as (

    select
        regency_code,
        commodity_code,
        price_level,
        rule_code,
        observed_on as first_seen_on
    from starts

),

considered as (

    select begun.*
    from begun
    {% if is_incremental() %}
        inner join {{ touched }}
            using (regency_code, commodity_code, price_level, rule_code, first_seen_on)
    {% endif %}

),

-- Alone: else the days after a run would be searched more than once.
runs as materialized (

    select
        considered.*,
        rules.gap_days,
        {{ run_end('considered', 'considered.first_seen_on') }} as observed_on
    from considered
    inner join rules using (rule_code)

),

-- Looked at again after its last day without the run going on: cleared.
ended as materialized (

    select
        runs.regency_code,
        runs.commodity_code,
        runs.price_level,
        runs.rule_code,
        runs.first_seen_on,
        runs.observed_on as last_on,
        coalesce(after_run.looked_at_on, 'infinity'::date) as open_until
    from runs
    left join lateral (
        {{ day_looked_at('runs', 'after') }}
    ) as after_run on true

),

-- A run that only goes on is no other for the days that it had.
final as (

    select
        ended.regency_code,
        ended.commodity_code,
        ended.price_level,
        ended.rule_code,
        ended.first_seen_on,
        ended.last_on,
        ended.open_until,
        {% if is_incremental() -%}
            case
                when before.open_until = ended.open_until then before.changed_seq
                else build_range.to_load_seq
            end as changed_seq
        {%- else -%}
            build_range.to_load_seq as changed_seq
        {%- endif %}
    from ended
    cross join build_range
    {% if is_incremental() %}
        left join {{ this }} as before
            on
                {{ is_same_alert('ended', 'before') }}
                and ended.first_seen_on = before.first_seen_on
    {% endif %}

)

select * from final
