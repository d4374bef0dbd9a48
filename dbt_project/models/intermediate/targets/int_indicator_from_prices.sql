{{ config(
    materialized='incremental',
    incremental_strategy='replace_touched',
    touched='touched_price_month',
    touched_by=['month_on'],
    indexes=[{'columns': ['month_on']}],
) }}

-- Consumer prices of the basket, month by month: how much they vary, and how many of them keep to the ceiling.
with touched as (

    select * from {{ ref('touched_price_month') }}

),

months as (

    select distinct month_on
    from {{ 'touched' if is_incremental() else ref('int_price_month') }}

),

basket as (

    select commodity_code
    from {{ ref('commodities') }}
    where is_basket

),

ceilinged as (

    select distinct commodity_code
    from {{ ref('price_ceilings') }}
    where
        price_level = 'consumer'
        and ceiling_kind in ('HET', 'HAP')
        and commodity_code is not null

),

price_months as (

    select * from {{ ref('fct_price_monthly') }}

),

province_days as not materialized (

    select * from {{ ref('fct_price_province_daily') }}

),

regency_days as not materialized (

    select * from {{ ref('fct_price_daily') }}

),

over_time as (

    select
        'stabilitas_waktu' as indicator_code,
        price_months.regency_code,
        months.month_on,
        {{ published_figure('avg(price_months.cv_between_time_pct)') }} as realised_value,
        null::bigint as numerator,
        null::bigint as denominator
    from months
    inner join price_months using (month_on)
    inner join basket using (commodity_code)
    where
        price_months.price_level = 'consumer'
        and price_months.regency_code <> {{ province_code() }}
        and price_months.cv_between_time_pct is not null
    group by
        price_months.regency_code,
        months.month_on

),

province_in_months as (

    select
        months.month_on,
        max(days.observed_on) as last_on,
        {{ published_figure('avg(days.cv_between_regions_pct)') }} as mean_cv_pct
    from months
    cross join basket
    cross join
        lateral (
            select
                province_days.observed_on,
                province_days.cv_between_regions_pct
            from province_days
            where
                province_days.commodity_code = basket.commodity_code
                and province_days.price_level = 'consumer'
                and province_days.observed_on >= months.month_on
                and province_days.observed_on < months.month_on + interval '1 month'
        ) as days
    group by months.month_on

),

between_regions as (

    select
        'stabilitas_wilayah' as indicator_code,
        {{ province_code() }} as regency_code,
        month_on,
        mean_cv_pct as realised_value,
        null::bigint as numerator,
        null::bigint as denominator
    from province_in_months
    where mean_cv_pct is not null

),

-- Of the prices of regencies, commodities and days that have a ceiling, those that do not exceed it.
under_ceiling as (

    select
        'kepatuhan_het' as indicator_code,
        days.regency_code,
        months.month_on,
        {{ percent_of('count(*) filter (where days.ceiling_deviation_pct <= 0)', 'count(*)') }}
            as realised_value,
        count(*) filter (where days.ceiling_deviation_pct <= 0) as numerator,
        count(*) as denominator
    from months
    cross join ceilinged
    cross join
        lateral (
            select
                regency_days.regency_code,
                regency_days.ceiling_deviation_pct
            from regency_days
            where
                regency_days.commodity_code = ceilinged.commodity_code
                and regency_days.price_level = 'consumer'
                and regency_days.observed_on >= months.month_on
                and regency_days.observed_on < months.month_on + interval '1 month'
                and regency_days.ceiling_deviation_pct is not null
        ) as days
    group by
        days.regency_code,
        months.month_on

),

found as (

    select * from over_time
    union all
    select * from between_regions
    union all
    select * from under_ceiling

),

final as (

    select
        found.indicator_code,
        found.regency_code,
        found.month_on,
        found.realised_value,
        found.numerator,
        found.denominator,
        coalesce(
            province_in_months.last_on, (found.month_on + interval '1 month')::date - 1
        ) as realised_to_on
    from found
    left join province_in_months using (month_on)

)

select * from final
