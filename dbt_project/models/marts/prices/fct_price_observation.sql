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

-- Bounds leave the planner a few days of the raw table to look at; the join alone has it read all years.
touched_days as (

    select
        min(observed_on) as first_on,
        max(observed_on) as last_on
    from touched

),

accepted as (

    select
        prices.*,
        submissions.received_at
    from prices
    inner join submissions using (submission_id)
    {% if is_incremental() %}
        inner join touched using (commodity_code, market_id, price_level, observed_on)
    {% endif %}
    where
        prices.load_seq <= (select build_range.to_load_seq from build_range)
        {% if is_incremental() %}
            and prices.observed_on >= (select touched_days.first_on from touched_days)
            and prices.observed_on <= (select touched_days.last_on from touched_days)
        {% endif %}

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
