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

{%- set touched = ref('touched_price_observation') %}

with prices as (

    select * from {{ ref('stg_staple_prices') }}

),

submissions as (

    select * from {{ ref('stg_submissions') }}

),

markets as (

    select * from {{ ref('markets') }}

),

build_range as (

    select * from {{ ref('build_range') }}

),

-- Alone, else the rows of each key would be joined with all submissions.
considered as {{ 'materialized' if is_incremental() }} (

    {% if is_incremental() %}
        {{ rows_of_keys(
            'prices',
            touched,
            ['commodity_code', 'market_id', 'price_level', 'observed_on'],
        ) }}
    {% else %}
        select * from prices
    {% endif %}

),

accepted as (

    select
        considered.*,
        submissions.received_at
    from considered
    inner join submissions using (submission_id)
    where considered.load_seq <= (select build_range.to_load_seq from build_range)

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
