{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_price_month_figure',
    touched_by=['commodity_code', 'price_level', 'month_on'],
    indexes=[{'columns': ['commodity_code', 'price_level', 'month_on']}],
    post_hook='analyze {{ this }}',
) }}

with known as not materialized (

    {{ months_with_enough_days() }}

),

touched as (

    select * from {{ ref('touched_price_month_figure') }}

),

final as (

    select
        known.regency_code,
        known.commodity_code,
        known.price_level,
        known.month_on,
        {{ compound_growth('known.mean_idr', 'quarter_before.mean_idr', 3) }} as cqgr,
        {{ compound_growth('known.mean_idr', 'year_before.mean_idr', 12) }} as cagr
    from known
    {% if is_incremental() %}
        inner join touched using (commodity_code, price_level, month_on)
    {% endif %}
    left join known as quarter_before
        on
            known.regency_code = quarter_before.regency_code
            and known.commodity_code = quarter_before.commodity_code
            and known.price_level = quarter_before.price_level
            and (known.month_on - interval '3 months')::date = quarter_before.month_on
    left join known as year_before
        on
            known.regency_code = year_before.regency_code
            and known.commodity_code = year_before.commodity_code
            and known.price_level = year_before.price_level
            and (known.month_on - interval '12 months')::date = year_before.month_on

)

select * from final
