{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_price_month_figure',
    touched_by=['commodity_code', 'price_level', 'month_on'],
    indexes=[{'columns': ['commodity_code', 'price_level', 'month_on']}],
) }}

with growth as not materialized (

    select * from {{ ref('int_price_month_growth') }}

),

touched as (

    select * from {{ ref('touched_price_month_figure') }}

),

months as (

    select growth.*
    from growth
    {% if is_incremental() %}
        inner join touched using (commodity_code, price_level, month_on)
    {% endif %}

),

touched_months as (

    select distinct
        commodity_code,
        price_level,
        month_on
    from months

),

first_months as (

    select
        touched_months.commodity_code,
        touched_months.price_level,
        touched_months.month_on,
        (
            select min(growth.month_on)
            from growth
            where
                growth.commodity_code = touched_months.commodity_code
                and growth.price_level = touched_months.price_level
        ) as first_on
    from touched_months

),

-- The same calendar month of earlier years, each by its date and searched by itself: so no others are read.
earlier_months as materialized (

    select
        first_months.commodity_code,
        first_months.price_level,
        first_months.month_on,
        (first_months.month_on - years.years * interval '1 year')::date as earlier_on
    from first_months
    cross join
        lateral generate_series(
            1, extract(year from age(first_months.month_on, first_months.first_on))::integer
        ) as years (years)

),

-- The years are numbered per rate, from the first year that has it: the weight of year i is i.
earlier as (

    select
        before.regency_code,
        before.commodity_code,
        before.price_level,
        earlier_months.month_on,
        before.cqgr,
        before.cagr,
        count(before.cqgr) over earlier_years as cqgr_weight,
        count(before.cagr) over earlier_years as cagr_weight
    from earlier_months
    cross join
        lateral (
            select growth.*
            from growth
            where
                growth.commodity_code = earlier_months.commodity_code
                and growth.price_level = earlier_months.price_level
                and growth.month_on = earlier_months.earlier_on
            {{ kept_apart() }}
        ) as before
    window earlier_years as (
        partition by before.regency_code, before.commodity_code, before.price_level, earlier_months.month_on
        order by before.month_on
    )

),

weighted as (

    select
        regency_code,
        commodity_code,
        price_level,
        month_on,
        count(cqgr)::integer as cqgr_years,
        count(cagr)::integer as cagr_years,
        {{ weighted_mean('cqgr', 'cqgr_weight') }} as cqgr_mean,
        {{ weighted_mean('cagr', 'cagr_weight') }} as cagr_mean
    from earlier
    group by
        regency_code,
        commodity_code,
        price_level,
        month_on

),

spread as (

    select
        weighted.regency_code,
        weighted.commodity_code,
        weighted.price_level,
        weighted.month_on,
        weighted.cqgr_years,
        weighted.cagr_years,
        weighted.cqgr_mean,
        weighted.cagr_mean,
        {{ weighted_deviation('earlier.cqgr', 'earlier.cqgr_weight', 'weighted.cqgr_mean') }}
            as cqgr_deviation,
        {{ weighted_deviation('earlier.cagr', 'earlier.cagr_weight', 'weighted.cagr_mean') }}
            as cagr_deviation
    from weighted
    inner join earlier using (regency_code, commodity_code, price_level, month_on)
    group by
        weighted.regency_code,
        weighted.commodity_code,
        weighted.price_level,
        weighted.month_on,
        weighted.cqgr_years,
        weighted.cagr_years,
        weighted.cqgr_mean,
        weighted.cagr_mean

),

final as (

    select
        months.regency_code,
        months.commodity_code,
        months.price_level,
        months.month_on,
        least(coalesce(spread.cqgr_years, 0), coalesce(spread.cagr_years, 0)) as ifpa_years,
        trim_scale(round((
            0.4 * (months.cqgr - spread.cqgr_mean) / nullif(spread.cqgr_deviation, 0)
            + 0.6 * (months.cagr - spread.cagr_mean) / nullif(spread.cagr_deviation, 0)
        )::numeric, 10)) as ifpa,
        case
            when months.cqgr is null or months.cagr is null then 'months_missing'
            when
                least(coalesce(spread.cqgr_years, 0), coalesce(spread.cagr_years, 0)) < 2
                then 'too_few_years'
            when spread.cqgr_deviation = 0 or spread.cagr_deviation = 0 then 'no_variation'
        end as ifpa_reason
    from months
    left join spread using (regency_code, commodity_code, price_level, month_on)

)

select * from final
