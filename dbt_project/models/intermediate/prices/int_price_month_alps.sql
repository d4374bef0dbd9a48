{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_price_month_figure',
    touched_by=['commodity_code', 'price_level', 'month_on'],
    indexes=[
        {'columns': ['commodity_code', 'price_level', 'month_on']},
        {'columns': ['regency_code', 'commodity_code', 'price_level', 'month_on'], 'unique': true},
    ],
    post_hook='analyze {{ this }}',
) }}

{#-
    Least squares of price = trend x month number + one level per calendar month, for every month on the months before
    it. The levels drop out when every observation is taken as its distance from the mean of its calendar month; what
    is left is a line through the origin, whose sums grow by one term per month (Welford's recurrence):
    adding (x, y) to n earlier observations of its calendar month adds n / (n + 1) x (distance) to the sums.

    Every month keeps the sums up to and with itself, so that a night goes on from the last month before the touched
    ones and reads no others: added up in the same order, they are the same to the last bit.
-#}

{%- set series = ['regency_code', 'commodity_code', 'price_level'] %}
{%- set of_month = [
    'price', 'month_number', 'year_count', 'year_price_sum', 'year_number_sum', 'usual_price', 'number_distance',
] %}

{#- Of the touched series, the sums of the last month before the touched ones, and of the last such calendar month. -#}
{%- set sums_before %}
first_touched as (

    select
        commodity_code,
        price_level,
        min(month_on) as month_on
    from touched
    group by
        commodity_code,
        price_level

),

known_series as (

    select distinct
        known.regency_code,
        known.commodity_code,
        known.price_level,
        first_touched.month_on as touched_from
    from known
    inner join first_touched using (commodity_code, price_level)

),

known_calendar_months as (

    select distinct
        known_series.*,
        known.calendar_month
    from known_series
    inner join known using (regency_code, commodity_code, price_level)

),

last_months as (

    select
        known_series.regency_code,
        known_series.commodity_code,
        known_series.price_level,
        last_month.*
    from known_series
    cross join
        lateral (
            select
                stored.month_on,
                stored.alps_months + 1 as month_count,
                stored.first_month_number,
                stored.sum_xx,
                stored.sum_xy,
                stored.sum_yy
            from {{ this }} as stored
            where
                stored.regency_code = known_series.regency_code
                and stored.commodity_code = known_series.commodity_code
                and stored.price_level = known_series.price_level
                and stored.month_on < known_series.touched_from
            order by stored.month_on desc
            limit 1
        ) as last_month

),

last_same_months as (

    select
        needed.regency_code,
        needed.commodity_code,
        needed.price_level,
        needed.calendar_month,
        last_month.*
    from known_calendar_months as needed
    cross join
        lateral (
            select
                stored.month_on,
                stored.year_count,
                stored.year_price_sum,
                stored.year_number_sum
            from {{ this }} as stored
            where
                stored.regency_code = needed.regency_code
                and stored.commodity_code = needed.commodity_code
                and stored.price_level = needed.price_level
                and stored.month_on < needed.touched_from
                and extract(month from stored.month_on) = needed.calendar_month
            order by stored.month_on desc
            limit 1
        ) as last_month

),
{%- endset %}

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
        inner join touched using (commodity_code, price_level, month_on)
    {% endif %}

),

{{ sums_before if is_incremental() }}

in_calendar_months as (

    select
        known.*,
        1 as years,
        known.price as price_sum,
        known.month_number as number_sum
    from known
    {% if is_incremental() %}
        union all
        select
            regency_code,
            commodity_code,
            price_level,
            month_on,
            null as price,
            calendar_month,
            null as month_number,
            year_count as years,
            year_price_sum as price_sum,
            year_number_sum as number_sum
        from last_same_months
    {% endif %}

),

-- The same calendar month in earlier years.
with_years as (

    select
        in_calendar_months.*,
        coalesce(sum(in_calendar_months.years) over same_month_before, 0)::integer as year_count,
        coalesce(sum(in_calendar_months.price_sum) over same_month_before, 0) as year_price_sum,
        coalesce(sum(in_calendar_months.number_sum) over same_month_before, 0) as year_number_sum
    from in_calendar_months
    window same_month_before as (
        partition by {{ series | join(', ') }}, calendar_month
        order by month_on
        rows between unbounded preceding and 1 preceding
    )

),

placed as (

    select
        with_years.*,
        with_years.year_price_sum / nullif(with_years.year_count, 0) as usual_price,
        with_years.month_number - with_years.year_number_sum / nullif(with_years.year_count, 0)
            as number_distance,
        with_years.price - with_years.year_price_sum / nullif(with_years.year_count, 0) as price_distance,
        with_years.year_count / (with_years.year_count + 1.0::double precision) as share
    from with_years
    where with_years.price is not null

),

-- The first of a calendar month has no distance, and adds nothing.
in_months as (

    select
        regency_code,
        commodity_code,
        price_level,
        month_on,
        {{ of_month | join(',\n        ') }},
        1 as months,
        month_number as first_month_number,
        coalesce(share * number_distance * number_distance, 0) as xx,
        coalesce(share * number_distance * price_distance, 0) as xy,
        coalesce(share * price_distance * price_distance, 0) as yy
    from placed
    {% if is_incremental() %}
        union all
        select
            regency_code,
            commodity_code,
            price_level,
            month_on,
            {% for column in of_month -%}
                null as {{ column }},
            {% endfor -%}
            month_count as months,
            first_month_number,
            sum_xx as xx,
            sum_xy as xy,
            sum_yy as yy
        from last_months
    {% endif %}

),

with_months as (

    select
        in_months.*,
        coalesce(sum(in_months.months) over months_before, 0)::integer as month_count,
        min(in_months.first_month_number) over months_before as earliest_month_number,
        coalesce(sum(in_months.xx) over months_before, 0) as sum_xx,
        coalesce(sum(in_months.xy) over months_before, 0) as sum_xy,
        coalesce(sum(in_months.yy) over months_before, 0) as sum_yy
    from in_months
    window months_before as (
        partition by {{ series | join(', ') }}
        order by month_on
        rows between unbounded preceding and 1 preceding
    )

),

fitted as (

    select
        with_months.*,
        with_months.month_number - with_months.earliest_month_number as month_span,
        with_months.usual_price
        + with_months.sum_xy / nullif(with_months.sum_xx, 0) * with_months.number_distance as expected_price,
        sqrt(
            greatest(
                with_months.sum_yy
                - with_months.sum_xy * with_months.sum_xy / nullif(with_months.sum_xx, 0),
                0
            )
            / nullif(with_months.month_count - 1, 0)
        ) as residual_deviation
    from with_months
    where with_months.price is not null

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
        judged.month_count as alps_months,
        judged.alps_reason,
        case when judged.alps_reason is null then trim_scale(round(judged.expected_price::numeric, 6)) end
            as expected_price,
        case
            when judged.alps_reason is null
                then trim_scale(round(
                    ((judged.price - judged.expected_price) / judged.residual_deviation)::numeric, 10
                ))
        end as alps,
        judged.year_count + 1 as year_count,
        judged.year_price_sum + judged.price as year_price_sum,
        judged.year_number_sum + judged.month_number as year_number_sum,
        coalesce(judged.earliest_month_number, judged.month_number) as first_month_number,
        judged.sum_xx + judged.xx as sum_xx,
        judged.sum_xy + judged.xy as sum_xy,
        judged.sum_yy + judged.yy as sum_yy
    from judged

)

select * from final
