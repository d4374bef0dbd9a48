with touched_days as (

    select * from {{ ref('touched_price_day') }}

),

parameters as (

    select * from {{ ref('parameters') }}

),

final as (

    select distinct touched_days.observed_on + distance.days as period_on
    from (select distinct observed_on from touched_days) as touched_days
    cross join lateral
        generate_series(
            0, (select value::integer from parameters where parameter = 'expected_keys_window_days')
        ) as distance (days)

)

select * from final
