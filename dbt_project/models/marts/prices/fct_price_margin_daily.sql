{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_price_day',
    touched_by=['commodity_code', 'observed_on'],
    indexes=[{'columns': ['commodity_code', 'observed_on']}],
) }}

with regency_prices as (

    select * from {{ ref('int_price_regency_daily') }}

),

province_prices as (

    select * from {{ ref('int_price_province_daily') }}

),

touched as (

    select distinct
        commodity_code,
        observed_on
    from {{ ref('touched_price_day') }}

),

-- Each is joined with the touched days before they are put together: so it is searched by its index.
prices as (

    select
        observed_on,
        regency_prices.regency_code,
        commodity_code,
        regency_prices.price_level,
        regency_prices.unit,
        regency_prices.price_idr
    from regency_prices
    {% if is_incremental() %}
        inner join touched using (commodity_code, observed_on)
    {% endif %}
    union all
    select
        observed_on,
        {{ province_code() }} as regency_code,
        commodity_code,
        province_prices.price_level,
        province_prices.unit,
        province_prices.price_idr
    from province_prices
    {% if is_incremental() %}
        inner join touched using (commodity_code, observed_on)
    {% endif %}

),

final as (

    select
        producer.observed_on,
        producer.regency_code,
        producer.commodity_code,
        producer.unit,
        producer.price_idr as producer_price_idr,
        consumer.price_idr as consumer_price_idr,
        consumer.price_idr - producer.price_idr as margin_idr,
        {{ percent_above('consumer.price_idr', 'producer.price_idr') }} as margin_pct
    from prices as producer
    inner join prices as consumer
        on
            producer.observed_on = consumer.observed_on
            and producer.regency_code = consumer.regency_code
            and producer.commodity_code = consumer.commodity_code
            and producer.unit = consumer.unit
            and consumer.price_level = 'consumer'
    where producer.price_level = 'producer'

)

select * from final
