with touched_days as (

    select * from {{ ref('touched_price_day') }}

),

expected_window as (

    select generate_series(0, value::integer) as days
    from {{ ref('parameters') }}
    where parameter = 'expected_keys_window_days'

),

observed as (

    select distinct observed_on
    from touched_days

),

final as (

    select distinct observed.observed_on + expected_window.days as period_on
    from observed
    cross join expected_window

)

select * from final
