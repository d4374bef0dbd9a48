-- Every day on which the province has a price has one row per regency, and no other day has any.
with per_day as (

    select
        observed_on,
        commodity_code,
        price_level,
        count(*) as row_count,
        count(price_idr) as price_count
    from {{ tested_rows(ref('fct_price_daily')) }}
    group by
        observed_on,
        commodity_code,
        price_level

),

province_prices as (

    select * from {{ tested_rows(ref('fct_price_province_daily')) }}

),

final as (

    select
        observed_on,
        commodity_code,
        price_level,
        per_day.row_count,
        per_day.price_count,
        province_prices.regency_count
    from per_day
    full outer join province_prices using (observed_on, commodity_code, price_level)
    where
        per_day.row_count is distinct from (select count(*) from {{ ref('regencies') }})
        or per_day.price_count is distinct from province_prices.regency_count

)

select * from final
