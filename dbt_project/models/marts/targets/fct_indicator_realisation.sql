{{ config(
    indexes=[{'columns': ['indicator_code', 'regency_code', 'realised_to_on']}],
    post_hook='analyze {{ this }}',
) }}

{%- set monthly_sources = {
    'int_indicator_from_prices': true,
    'int_indicator_from_stocks': false,
    'int_indicator_from_reporting': true,
    'int_indicator_from_programmes': true,
} %}

with indicators as (

    select * from {{ ref('indicators') }}

),

targets as (

    select * from {{ ref('int_target') }}

),

build_range as (

    select * from {{ ref('build_range') }}

),

uploads as (

    select * from {{ ref('int_indicator_from_uploads') }}

),

industry as (

    select * from {{ ref('int_indicator_from_industry') }}

),

-- Figures of the year before the first target serve as its base; earlier ones nobody compares with.
first_year as (

    select
        coalesce(
            (select min(targets.target_year) from targets),
            extract(year from build_range.business_date)::integer
        ) - 1 as indicator_year
    from build_range

),

found as (

    select
        'uploads' as source,
        indicator_code,
        regency_code,
        indicator_year,
        period_on,
        month_count,
        realised_to_on,
        realised_value,
        null as realised_value_reason,
        numerator,
        denominator,
        null::integer as reporting_count
    from uploads
    union all
    select
        'warehouse' as source,
        indicator_code,
        regency_code,
        indicator_year,
        period_on,
        12 as month_count,
        realised_to_on,
        realised_value,
        realised_value_reason,
        null as numerator,
        null as denominator,
        reporting_count
    from industry
    {%- for model, is_ratio in monthly_sources.items() %}
        union all
        select
            'warehouse' as source,
            indicator_code,
            regency_code,
            extract(year from month_on)::integer as indicator_year,
            month_on as period_on,
            1 as month_count,
            realised_to_on,
            realised_value,
            null as realised_value_reason,
            {{ 'numerator' if is_ratio else 'null as numerator' }},
            {{ 'denominator' if is_ratio else 'null as denominator' }},
            null as reporting_count
        from {{ ref(model) }}
    {%- endfor %}

),

considered as (

    select
        found.source,
        found.indicator_code,
        found.regency_code,
        found.indicator_year,
        found.period_on,
        found.month_count,
        found.realised_value,
        found.realised_value_reason,
        found.numerator,
        found.denominator,
        found.reporting_count,
        indicators.aggregation_over_regencies as over_regencies,
        indicators.aggregation_over_time as over_time,
        -- A period of the warehouse's own is over once a later one has figures, whatever day they end on; none reaches
        -- beyond tonight.
        least(
            case
                when
                    found.source = 'warehouse'
                    and found.period_on
                    < max(found.period_on) over (partition by found.source, found.indicator_code)
                    then (found.period_on + make_interval(months => found.month_count))::date - 1
                else found.realised_to_on
            end,
            (select build_range.business_date from build_range)
        ) as realised_to_on,
        found.source = indicators.preferred_source as is_preferred,
        bool_or(found.source = indicators.preferred_source) over (
            partition by found.indicator_code, found.regency_code, found.indicator_year
        ) as has_preferred
    from found
    inner join indicators using (indicator_code)
    where
        found.indicator_year >= (select first_year.indicator_year from first_year)
        and (indicators.kind <> 'computed' or found.source = 'warehouse')

),

-- One source per indicator, regency and year: the preferred one where it has any figure, else the other.
chosen as materialized (

    select *
    from considered
    where is_preferred or not has_preferred

),

dates as (

    select distinct
        indicator_code,
        indicator_year,
        over_regencies,
        over_time,
        realised_to_on
    from chosen

),

-- The longest period that ends on a day speaks for it: the year before its fourth quarter, the quarter before a month.
states as (

    select distinct on (indicator_code, regency_code, realised_to_on) *
    from chosen
    where over_time in ('sum', 'last')
    order by
        indicator_code asc,
        regency_code asc,
        realised_to_on asc,
        month_count desc

),

-- Sums are cumulative within the year, so that the last figure is the figure. A regency that is late keeps its last one
-- in the province's.
state_of_regencies as (

    select distinct on (dates.indicator_code, dates.realised_to_on, states.regency_code)
        dates.indicator_code,
        dates.indicator_year,
        dates.over_regencies,
        dates.realised_to_on,
        states.regency_code,
        states.source,
        states.realised_value,
        states.realised_value_reason,
        states.numerator,
        states.denominator,
        states.reporting_count,
        states.realised_to_on = dates.realised_to_on as is_current
    from dates
    inner join states
        on
            dates.indicator_code = states.indicator_code
            and dates.indicator_year = states.indicator_year
            and dates.realised_to_on >= states.realised_to_on
    order by
        dates.indicator_code asc,
        dates.realised_to_on asc,
        states.regency_code asc,
        states.realised_to_on desc

),

-- Rates are spread over the months they cover; a month that several periods cover belongs to the longest.
rate_months as (

    select
        chosen.*,
        months.month_on,
        chosen.numerator / count(*) over periods as month_numerator,
        chosen.denominator / count(*) over periods as month_denominator
    from chosen
    cross join
        lateral (
            select starts.month_at::date as month_on
            from generate_series(
                chosen.period_on::timestamp, chosen.realised_to_on::timestamp, interval '1 month'
            ) as starts (month_at)
        ) as months
    where chosen.over_time in ('mean', 'weighted')
    window periods as (
        partition by chosen.indicator_code, chosen.regency_code, chosen.period_on, chosen.month_count
    )

),

rates_of_regencies as materialized (

    select distinct on (
        dates.indicator_code, dates.realised_to_on, rate_months.regency_code, rate_months.month_on
    )
        dates.indicator_code,
        dates.indicator_year,
        dates.over_regencies,
        dates.over_time,
        dates.realised_to_on,
        rate_months.regency_code,
        rate_months.month_on,
        rate_months.source,
        rate_months.realised_value,
        rate_months.month_numerator,
        rate_months.month_denominator,
        rate_months.realised_to_on = dates.realised_to_on as is_current
    from dates
    inner join rate_months
        on
            dates.indicator_code = rate_months.indicator_code
            and dates.indicator_year = rate_months.indicator_year
            and dates.realised_to_on >= rate_months.realised_to_on
    order by
        dates.indicator_code asc,
        dates.realised_to_on asc,
        rate_months.regency_code asc,
        rate_months.month_on asc,
        rate_months.month_count desc

),

province_months as (

    select
        indicator_code,
        indicator_year,
        over_regencies,
        over_time,
        realised_to_on,
        month_on,
        {{ aggregated('over_regencies', 'realised_value', 'month_numerator', 'month_denominator') }}
            as realised_value,
        sum(month_numerator) as month_numerator,
        sum(month_denominator) as month_denominator
    from rates_of_regencies
    where regency_code <> {{ province_code() }}
    group by
        indicator_code,
        indicator_year,
        over_regencies,
        over_time,
        realised_to_on,
        month_on

),

province_reporters as (

    select
        indicator_code,
        realised_to_on,
        case when count(distinct source) > 1 then 'both' else min(source) end as source,
        count(distinct regency_code)::integer as reporting_count,
        (count(distinct regency_code) filter (where is_current))::integer as current_count
    from rates_of_regencies
    where
        regency_code <> {{ province_code() }}
        and realised_value is not null
    group by
        indicator_code,
        realised_to_on

),

figures as (

    select
        indicator_code,
        regency_code,
        indicator_year,
        realised_to_on,
        source,
        realised_value,
        realised_value_reason,
        numerator,
        denominator,
        extract(month from realised_to_on)::integer as month_count,
        coalesce(reporting_count, 1) as reporting_count,
        coalesce(reporting_count, 1) as current_count,
        true as is_direct
    from state_of_regencies
    where is_current
    union all
    select
        indicator_code,
        {{ province_code() }} as regency_code,
        indicator_year,
        realised_to_on,
        case when count(distinct source) > 1 then 'both' else min(source) end as source,
        {{ aggregated('over_regencies', 'realised_value', 'numerator', 'denominator') }} as realised_value,
        null as realised_value_reason,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        extract(month from realised_to_on)::integer as month_count,
        count(realised_value)::integer as reporting_count,
        (count(realised_value) filter (where is_current))::integer as current_count,
        false as is_direct
    from state_of_regencies
    where regency_code <> {{ province_code() }}
    group by
        indicator_code,
        over_regencies,
        indicator_year,
        realised_to_on
    union all
    select
        indicator_code,
        regency_code,
        indicator_year,
        realised_to_on,
        min(source) as source,
        {{ aggregated('over_time', 'realised_value', 'month_numerator', 'month_denominator') }}
            as realised_value,
        null as realised_value_reason,
        sum(month_numerator) as numerator,
        sum(month_denominator) as denominator,
        count(*)::integer as month_count,
        1 as reporting_count,
        1 as current_count,
        true as is_direct
    from rates_of_regencies
    group by
        indicator_code,
        regency_code,
        over_time,
        indicator_year,
        realised_to_on
    having bool_or(is_current)
    union all
    select
        province_months.indicator_code,
        {{ province_code() }} as regency_code,
        province_months.indicator_year,
        province_months.realised_to_on,
        province_reporters.source,
        {{ aggregated(
            'province_months.over_time', 'province_months.realised_value',
            'province_months.month_numerator', 'province_months.month_denominator',
        ) }} as realised_value,
        null as realised_value_reason,
        sum(province_months.month_numerator) as numerator,
        sum(province_months.month_denominator) as denominator,
        count(*)::integer as month_count,
        province_reporters.reporting_count,
        province_reporters.current_count,
        false as is_direct
    from province_months
    inner join province_reporters using (indicator_code, realised_to_on)
    group by
        province_months.indicator_code,
        province_months.over_time,
        province_months.indicator_year,
        province_months.realised_to_on,
        province_reporters.source,
        province_reporters.reporting_count,
        province_reporters.current_count

),

with_direct as (

    select
        *,
        bool_or(is_direct) over (
            partition by indicator_code, regency_code, indicator_year
        ) as has_direct
    from figures

),

-- A figure that a source gives for the province itself stands in place of the one made of the regencies'.
final as (

    select
        indicator_code,
        regency_code,
        indicator_year,
        realised_to_on,
        {{ published_figure('realised_value') }} as realised_value,
        case
            when realised_value is null then coalesce(realised_value_reason, 'no_denominator')
        end as realised_value_reason,
        {{ published_figure('numerator') }} as numerator,
        {{ published_figure('denominator') }} as denominator,
        source,
        month_count,
        reporting_count,
        current_count
    from with_direct
    where is_direct or not has_direct

)

select * from final
