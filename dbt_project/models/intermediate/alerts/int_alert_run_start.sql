{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_alert_day',
    touched_by=['commodity_code', 'price_level', 'observed_on'],
    indexes=[
        {'columns': ['commodity_code', 'price_level', 'observed_on']},
        {'columns': ['regency_code', 'commodity_code', 'price_level', 'rule_code', 'observed_on'], 'unique': true},
    ],
    post_hook='analyze {{ this }}',
) }}

with fired as not materialized (

    select * from {{ ref('int_alert_fired') }}

),

touched as (

    select * from {{ ref('touched_alert_day') }}

),

final as (

    select
        fired.regency_code,
        fired.commodity_code,
        fired.price_level,
        fired.rule_code,
        fired.observed_on
    from fired
    {% if is_incremental() %}
        inner join touched using (commodity_code, price_level, observed_on)
    {% endif %}
    left join fired as previous
        on
            {{ is_same_alert('fired', 'previous') }}
            and fired.previous_on = previous.observed_on
    where previous.observed_on is null

)

select * from final
