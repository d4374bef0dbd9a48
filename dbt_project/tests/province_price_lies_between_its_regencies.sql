{%- set touched_days = ['commodity_code', 'price_level', 'observed_on'] %}
-- A mean cannot lie outside what it is made of; one rupiah is the floor's.
with province_prices as (

    select * from {{ tested_rows(ref('fct_price_province_daily'), 'touched_price_day', touched_days) }}

),

regency_prices as (

    select
        observed_on,
        commodity_code,
        price_level,
        min(price_idr) as lowest_idr,
        max(price_idr) as highest_idr,
        count(*) as regency_count
    from {{ tested_rows(ref('int_price_regency_daily'), 'touched_price_day', touched_days) }}
    group by
        observed_on,
        commodity_code,
        price_level

),

final as (

    select
        province_prices.observed_on,
        province_prices.commodity_code,
        province_prices.price_level,
        province_prices.price_idr,
        regency_prices.lowest_idr,
        regency_prices.highest_idr
    from province_prices
    left join regency_prices using (observed_on, commodity_code, price_level)
    where
        regency_prices.regency_count is distinct from province_prices.regency_count
        or province_prices.price_idr <= regency_prices.lowest_idr - 1
        or province_prices.price_idr > regency_prices.highest_idr

)

select * from final
