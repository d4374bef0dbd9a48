{{ config(post_hook='analyze {{ this }}') }}

with touched_months as (

    select * from {{ ref('touched_price_month') }}

),

months as (

    select * from {{ ref('int_price_month') }}

),

touched as (

    select
        commodity_code,
        price_level,
        min(month_on) as first_on,
        max(month_on) as last_on,
        bool_or(month_on = {{ index_base_month() }}) as is_base_touched
    from touched_months
    group by
        commodity_code,
        price_level

),

-- Growth rates, trend and deviations look back at all earlier months, the index at its base month alone.
reach as (

    select
        touched.commodity_code,
        touched.price_level,
        case
            when touched.is_base_touched then least(touched.first_on, known.first_on)
            else touched.first_on
        end as first_on,
        greatest(touched.last_on, known.last_on) as last_on
    from touched
    left join lateral (
        select
            min(months.month_on) as first_on,
            max(months.month_on) as last_on
        from months
        where
            months.commodity_code = touched.commodity_code
            and months.price_level = touched.price_level
    ) as known on true

),

final as (

    select
        reach.commodity_code,
        reach.price_level,
        month.started_at::date as month_on
    from reach
    cross join lateral generate_series(
        reach.first_on::timestamp, reach.last_on::timestamp, interval '1 month'
    ) as month (started_at)

)

select * from final
