{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_price_month_figure',
    touched_by=['commodity_code', 'price_level', 'month_on'],
    indexes=[{'columns': ['commodity_code', 'price_level', 'month_on']}],
) }}

{#-
    Least squares of price = trend x month number + one level per calendar month, for every month on the months before
    it. The levels drop out when every observation is taken as its distance from the mean of its calendar month; what
    is left is a line through the origin, whose sums grow by one term per month (Welford's recurrence):
    adding (x, y) to n earlier observations of its calendar month adds n / (n + 1) x (distance) to the sums.
-#}

with price_months as (

    {{ months_with_enough_days() }}

),

touched as (

    select * from {{ ref('touched_price_month_figure') }}

),

rules as (

    select
        max(value) filter (where parameter = 'alps_min_months') as min_months,
        max(value) filter (where parameter = 'alps_min_months_pct') as min_months_pct
    from {{ ref('parameters') }}

),

touched_series as (

    select distinct
        commodity_code,
        price_level
    from touched

),

known as (

    select
        price_months.regency_code,
        price_months.commodity_code,
        price_months.price_level,
        price_months.month_on,
        price_months.mean_idr::double precision as price,
        extract(month from price_months.month_on)::integer as calendar_month,
        (
            extract(year from price_months.month_on) * 12 + extract(month from price_months.month_on)
        )::double precision as month_number
    from price_months
    {% if is_incremental() %}
        inner join touched_series using (commodity_code, price_level)
    {% endif %}

),

-- Distances from the mean of the same calendar month in earlier years.
placed as (

    select
        known.*,
        count(*) over same_month_before as year_count,
        avg(known.price) over same_month_before as usual_price,
        known.month_number - avg(known.month_number) over same_month_before as number_distance,
        known.price - avg(known.price) over same_month_before as price_distance
    from known
    window same_month_before as (
        partition by regency_code, commodity_code, price_level, calendar_month
        order by month_on
        rows between unbounded preceding and 1 preceding
    )

),

summed as (

    select
        placed.*,
        count(*) over months_before as month_count,
        placed.month_number - min(placed.month_number) over months_before as month_span,
        sum(
            placed.year_count / (placed.year_count + 1.0::double precision)
            * placed.number_distance * placed.number_distance
        ) over months_before as sum_xx,
        sum(
            placed.year_count / (placed.year_count + 1.0::double precision)
            * placed.number_distance * placed.price_distance
        ) over months_before as sum_xy,
        sum(
            placed.year_count / (placed.year_count + 1.0::double precision)
            * placed.price_distance * placed.price_distance
        ) over months_before as sum_yy
    from placed
    window months_before as (
        partition by regency_code, commodity_code, price_level
        order by month_on
        rows between unbounded preceding and 1 preceding
    )

),

fitted as (

    select
        summed.*,
        summed.usual_price + summed.sum_xy / nullif(summed.sum_xx, 0) * summed.number_distance
            as expected_price,
        sqrt(
            greatest(summed.sum_yy - summed.sum_xy * summed.sum_xy / nullif(summed.sum_xx, 0), 0)
            / nullif(summed.month_count - 1, 0)
        ) as residual_deviation
    from summed

),

-- What floating point leaves of a perfect fit is no deviation.
judged as (

    select
        fitted.*,
        case
            when fitted.month_span is null or fitted.month_span < rules.min_months then 'too_few_months'
            when fitted.month_count * 100 < fitted.month_span * rules.min_months_pct then 'months_missing'
            when fitted.expected_price is null then 'months_missing'
            when fitted.residual_deviation <= 1e-9 * fitted.expected_price then 'no_variation'
        end as alps_reason
    from fitted
    cross join rules

),

final as (

    select
        judged.regency_code,
        judged.commodity_code,
        judged.price_level,
        judged.month_on,
        judged.month_count::integer as alps_months,
        judged.alps_reason,
        case when judged.alps_reason is null then trim_scale(round(judged.expected_price::numeric, 6)) end
            as expected_price,
        case
            when judged.alps_reason is null
                then trim_scale(round(
                    ((judged.price - judged.expected_price) / judged.residual_deviation)::numeric, 10
                ))
        end as alps
    from judged
    {% if is_incremental() %}
        inner join touched using (commodity_code, price_level, month_on)
    {% endif %}

)

select * from final
