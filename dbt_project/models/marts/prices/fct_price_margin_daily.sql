{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_price_day',
    touched_by=['commodity_code', 'observed_on'],
    indexes=[{'columns': ['commodity_code', 'observed_on']}],
) }}

{%- set join_touched %}
    {% if is_incremental() %}
        inner join touched
            on
                prices.commodity_code = touched.commodity_code
                and prices.observed_on = touched.observed_on
    {% endif %}
{%- endset %}

with touched as (

    select distinct
        commodity_code,
        observed_on
    from {{ ref('touched_price_day') }}

),

prices as (

    {{ prices_of_places(join_touched) }}

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
