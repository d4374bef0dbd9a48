{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_price_month_figure',
    touched_by=['price_level', 'month_on'],
    indexes=[{'columns': ['price_level', 'month_on']}],
) }}

with price_months as (

    select * from {{ ref('fct_price_monthly') }}

),

commodities as (

    select * from {{ ref('commodities') }}
    where is_basket

),

touched as (

    select distinct
        price_level,
        month_on
    from {{ ref('touched_price_month_figure') }}

),

rules as (

    select value as min_basket_pct
    from {{ ref('parameters') }}
    where parameter = 'index_min_basket_pct'

),

basket as (

    select count(*)::integer as basket_count
    from commodities

),

-- Jevons: the geometric mean of the relatives to the base month, every commodity of the basket alike.
relatives as (

    select
        price_months.regency_code,
        price_months.price_level,
        price_months.month_on,
        count(price_months.price_index)::integer as commodity_count,
        exp(avg(ln(price_months.price_index))) as price_index
    from price_months
    inner join commodities using (commodity_code)
    {% if is_incremental() %}
        inner join touched using (price_level, month_on)
    {% endif %}
    group by
        price_months.regency_code,
        price_months.price_level,
        price_months.month_on

),

final as (

    select
        relatives.month_on,
        relatives.regency_code,
        relatives.price_level,
        relatives.commodity_count,
        basket.basket_count,
        case
            when relatives.commodity_count * 100 >= basket.basket_count * rules.min_basket_pct
                then trim_scale(round(relatives.price_index, 10))
        end as price_index,
        case
            when relatives.commodity_count = 0 then 'no_base_price'
            when
                relatives.commodity_count * 100 < basket.basket_count * rules.min_basket_pct
                then 'too_few_commodities'
        end as price_index_reason
    from relatives
    cross join basket
    cross join rules

)

select * from final
