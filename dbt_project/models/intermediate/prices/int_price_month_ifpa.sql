{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_price_month_figure',
    touched_by=['commodity_code', 'price_level', 'month_on'],
    indexes=[{'columns': ['commodity_code', 'price_level', 'month_on']}],
) }}

with growth as (

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

-- The years are numbered per rate, from the first year that has it: the weight of year i is i.
earlier as (

    select
        months.regency_code,
        months.commodity_code,
        months.price_level,
        months.month_on,
        before.cqgr,
        before.cagr,
        count(before.cqgr) over earlier_years as cqgr_weight,
        count(before.cagr) over earlier_years as cagr_weight
    from months
    inner join growth as before
        on
            months.regency_code = before.regency_code
            and months.commodity_code = before.commodity_code
            and months.price_level = before.price_level
            and months.month_on > before.month_on
            and extract(month from months.month_on) = extract(month from before.month_on)
    window earlier_years as (
        partition by months.regency_code, months.commodity_code, months.price_level, months.month_on
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
