{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_stock_day',
    touched_by=['commodity_code', 'regency_code', 'observed_on'],
    indexes=[{'columns': ['commodity_code', 'regency_code', 'observed_on']}],
    post_hook='analyze {{ this }}',
) }}

with stocks as (

    select * from {{ ref('stg_staple_stocks') }}

),

submissions as (

    select * from {{ ref('stg_submissions') }}

),

thresholds as (

    select * from {{ ref('int_alert_threshold') }}
    where rule_code = 'shortage'

),

touched as (

    select * from {{ ref('touched_stock_day') }}

),

build_range as (

    select * from {{ ref('build_range') }}

),

accepted as (

    select
        stocks.*,
        submissions.received_at
    from stocks
    {% if is_incremental() %}
        inner join touched using (commodity_code, regency_code, observed_on)
    {% endif %}
    inner join submissions using (submission_id)
    where stocks.load_seq <= (select build_range.to_load_seq from build_range)

),

latest as (

    {{ latest_accepted('accepted', ['commodity_code', 'regency_code', 'observed_on']) }}

),

with_cover as (

    select
        latest.*,
        {{ days_of_cover('latest.closing_t', 'latest.daily_need_t') }} as days_of_cover
    from latest

),

final as (

    select
        with_cover.observed_on,
        with_cover.regency_code,
        with_cover.commodity_code,
        with_cover.opening_t,
        with_cover.inflow_t,
        with_cover.outflow_t,
        with_cover.closing_t,
        with_cover.daily_need_t,
        with_cover.days_of_cover,
        thresholds.threshold_value as short_below_days,
        with_cover.submission_id,
        with_cover.sheet,
        with_cover.row_number,
        case when with_cover.opening_t is null then 'not_reported' end as opening_t_reason,
        case when with_cover.inflow_t is null then 'not_reported' end as inflow_t_reason,
        case when with_cover.outflow_t is null then 'not_reported' end as outflow_t_reason,
        case when with_cover.daily_need_t is null then 'not_reported' end as daily_need_t_reason,
        case when with_cover.days_of_cover is null then 'no_daily_need' end as days_of_cover_reason,
        with_cover.days_of_cover < thresholds.threshold_value as is_short,
        case when with_cover.days_of_cover is null then 'no_daily_need' end as is_short_reason
    from with_cover
    left join thresholds using (commodity_code)

)

select * from final
