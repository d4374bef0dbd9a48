{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_price_observation',
    touched_by=['commodity_code', 'market_id', 'price_level', 'observed_on'],
    indexes=[
        {'columns': ['commodity_code', 'market_id', 'price_level', 'observed_on']},
        {'columns': ['observed_on', 'commodity_code', 'price_level']},
    ],
    post_hook='analyze {{ this }}',
) }}

with prices as (

    select * from {{ ref('stg_staple_prices') }}

),

submissions as (

    select * from {{ ref('stg_submissions') }}

),

markets as (

    select * from {{ ref('markets') }}

),

touched as (

    select * from {{ ref('touched_price_observation') }}

),

build_range as (

    select * from {{ ref('build_range') }}

),

-- Key by key, which "offset 0" keeps apart: so the raw table is searched in the years of the touched days alone, however
-- far they lie apart, and whatever the planner expects of a join over four columns.
accepted as (

    select
        prices.*,
        submissions.received_at
    {% if is_incremental() -%}
        from touched
        cross join
            lateral (
                select prices.*
                from prices
                where
                    prices.commodity_code = touched.commodity_code
                    and prices.market_id = touched.market_id
                    and prices.price_level = touched.price_level
                    and prices.observed_on = touched.observed_on
                offset 0
            ) as prices
    {%- else -%}
        from prices
    {%- endif %}
    inner join submissions using (submission_id)
    where prices.load_seq <= (select build_range.to_load_seq from build_range)

),

latest as (

    {{ latest_accepted('accepted', ['commodity_code', 'market_id', 'price_level', 'observed_on']) }}

),

final as (

    select
        latest.observed_on,
        latest.market_id,
        markets.market_name,
        latest.regency_code,
        latest.commodity_code,
        latest.price_level,
        latest.unit,
        latest.price_idr,
        latest.is_suspect,
        latest.submission_id,
        latest.sheet,
        latest.row_number
    from latest
    left join markets using (market_id)

)

select * from final
