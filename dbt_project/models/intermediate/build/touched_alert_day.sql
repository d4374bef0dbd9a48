{{ config(
    indexes=[{'columns': ['commodity_code', 'price_level', 'observed_on']}],
    post_hook='analyze {{ this }}',
) }}

with price_days as (

    select * from {{ ref('touched_price_change_day') }}

),

touched_days as (

    select * from {{ ref('touched_price_day') }}

),

stock_days as (

    select * from {{ ref('touched_stock_day') }}

),

months as (

    select * from {{ ref('touched_price_month_figure') }}

),

thresholds as (

    select * from {{ ref('int_alert_threshold') }}

),

-- A day that is looked at, or no more, moves what later days take for the day before them.
later_price_days as (

    select
        price_days.commodity_code,
        price_days.price_level,
        price_days.observed_on + days.days as observed_on
    from price_days
    cross join lateral generate_series(0, {{ longest_gap() }}) as days (days)

),

-- A price that moved ends or begins a run of unchanged days, which is judged as long as the commodity may stand still.
unchanged_days as (

    select
        touched_days.commodity_code,
        touched_days.price_level,
        touched_days.observed_on + days.days as observed_on
    from touched_days
    inner join thresholds
        on
            touched_days.commodity_code = thresholds.commodity_code
            and thresholds.rule_code = 'stale'
    cross join lateral generate_series(
        0, thresholds.threshold_value::integer + 2 * {{ longest_gap() }}
    ) as days (days)

),

later_days as (

    select * from later_price_days
    union
    select * from unchanged_days

),

later_stock_days as (

    select
        stock_days.commodity_code,
        {{ no_price_level() }} as price_level,
        stock_days.observed_on + days.days as observed_on
    from stock_days
    inner join thresholds
        on
            stock_days.commodity_code = thresholds.commodity_code
            and thresholds.rule_code = 'shortage'
    cross join lateral generate_series(0, thresholds.gap_days) as days (days)

),

final as (

    select
        commodity_code,
        price_level,
        observed_on
    from price_days
    union
    {{ days_with_prices('later_days') }}
    union
    select
        commodity_code,
        price_level,
        observed_on
    from later_stock_days
    union
    select
        commodity_code,
        price_level,
        month_on as observed_on
    from months

)

select * from final
