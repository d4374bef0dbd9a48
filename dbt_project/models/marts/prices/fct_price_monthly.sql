{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_price_month_figure',
    touched_by=['commodity_code', 'price_level', 'month_on'],
    indexes=[{'columns': ['commodity_code', 'price_level', 'month_on']}],
    post_hook='analyze {{ this }}',
) }}

with price_months as not materialized (

    select * from {{ ref('int_price_month') }}

),

touched as (

    select * from {{ ref('touched_price_month_figure') }}

),

anomalies as (

    select anomalies.*
    from {{ ref('int_price_month_ifpa') }} as anomalies
    {% if is_incremental() %}
        inner join touched using (commodity_code, price_level, month_on)
    {% endif %}

),

spikes as (

    select spikes.*
    from {{ ref('int_price_month_alps') }} as spikes
    {% if is_incremental() %}
        inner join touched using (commodity_code, price_level, month_on)
    {% endif %}

),

regencies as (

    select * from {{ ref('regencies') }}

),

known_months as not materialized (

    {{ months_with_enough_days() }}

),

province_months as (

    select
        price_months.commodity_code,
        price_months.price_level,
        price_months.unit,
        price_months.month_on
    from price_months
    {% if is_incremental() %}
        inner join touched using (commodity_code, price_level, month_on)
    {% endif %}
    where price_months.regency_code = {{ province_code() }}

),

places as (

    select regency_code from regencies
    union all
    select {{ province_code() }} as regency_code

),

-- The province and every regency in every month in which the province has a price.
grid as (

    select
        province_months.*,
        places.regency_code
    from places
    cross join province_months

),

base_prices as (

    select
        regency_code,
        commodity_code,
        price_level,
        mean_idr
    from known_months
    where month_on = {{ index_base_month() }}

),

reported as (

    select
        grid.*,
        base_prices.mean_idr as base_idr,
        known_months.mean_idr,
        known_months.deviation_idr,
        coalesce(price_months.day_count, 0) as day_count,
        case
            when price_months.day_count is null then 'not_reported'
            when known_months.mean_idr is null then 'too_few_days'
        end as month_reason
    from grid
    left join price_months using (regency_code, commodity_code, price_level, month_on)
    left join known_months using (regency_code, commodity_code, price_level, month_on)
    left join base_prices using (regency_code, commodity_code, price_level)

),

final as (

    select
        reported.month_on,
        reported.regency_code,
        reported.commodity_code,
        reported.price_level,
        reported.unit,
        trim_scale(round(reported.mean_idr, 10)) as price_idr,
        reported.month_reason as price_idr_reason,
        reported.day_count,
        {{ percent_of('reported.deviation_idr', 'reported.mean_idr') }} as cv_between_time_pct,
        case
            when reported.month_reason is not null then reported.month_reason
            when reported.deviation_idr is null then 'too_few_days'
        end as cv_between_time_pct_reason,
        anomalies.ifpa,
        coalesce(reported.month_reason, anomalies.ifpa_reason) as ifpa_reason,
        {{ ifpa_class('anomalies.ifpa') }} as ifpa_status,
        coalesce(anomalies.ifpa_years, 0) as ifpa_years,
        spikes.expected_price as alps_expected_idr,
        coalesce(reported.month_reason, spikes.alps_reason) as alps_expected_idr_reason,
        spikes.alps,
        coalesce(reported.month_reason, spikes.alps_reason) as alps_reason,
        {{ alps_class('spikes.alps') }} as alps_status,
        {{ percent_of('reported.mean_idr', 'reported.base_idr') }} as price_index,
        case
            when reported.month_reason is not null then reported.month_reason
            when reported.base_idr is null then 'no_base_price'
        end as price_index_reason
    from reported
    left join anomalies using (regency_code, commodity_code, price_level, month_on)
    left join spikes using (regency_code, commodity_code, price_level, month_on)

)

select * from final
