{%- set province_figures = [
    'province_target_value', 'province_value_if_missed', 'province_attainment_if_missed_pct',
    'province_value_if_met', 'province_attainment_if_met_pct',
] %}

-- For the targets of the running year: what each month that is left has to bring.
with tracking as (

    select * from {{ ref('fct_target_tracking') }}

),

realisations as (

    select * from {{ ref('fct_indicator_realisation') }}

),

indicators as (

    select * from {{ ref('indicators') }}

),

build_range as (

    select * from {{ ref('build_range') }}

),

running as (

    select
        tracking.*,
        indicators.direction,
        indicators.aggregation_over_regencies as over_regencies,
        indicators.aggregation_over_time as over_time,
        realisations.month_count as measured_months,
        -- The first month that the figure does not reach; December for as long as the year is not over.
        greatest(
            least(
                coalesce(
                    date_trunc('month', tracking.realised_to_on + interval '1 month')::date,
                    date_trunc('month', build_range.business_date)::date
                ),
                make_date(tracking.target_year, 12, 1)
            ),
            make_date(tracking.target_year, 1, 1)
        ) as first_month_on,
        case
            when indicators.direction <> 'range' then tracking.target_value
            when tracking.realised_value < tracking.lower_value then tracking.lower_value
            when tracking.realised_value > tracking.upper_value then tracking.upper_value
            else tracking.realised_value
        end as aim
    from tracking
    cross join build_range
    inner join indicators using (indicator_code)
    left join realisations using (indicator_code, regency_code, realised_to_on)
    where
        tracking.target_period = 'tahunan'
        and tracking.is_effective
        and tracking.status in ('measured', 'belum_terukur', 'no_figure')
        and tracking.target_year = extract(year from build_range.business_date)
        and coalesce(tracking.realised_to_on < make_date(tracking.target_year, 12, 31), true)

),

counted as (

    select
        *,
        13 - extract(month from first_month_on)::integer as remaining_months,
        -- A forecast that is better than the target is kept: nobody has to fall back to it.
        case direction
            when 'higher' then greatest(aim, forecast_value)
            when 'lower' then least(aim, forecast_value)
            else aim
        end as reached_value
    from running

),

-- The province's forecast as it stands, and with this regency at its target instead of at its own forecast.
with_province as (

    select
        counted.*,
        province.direction as province_direction,
        province.target_value as province_target,
        province.lower_value as province_lower,
        province.upper_value as province_upper,
        province.forecast_value as if_missed,
        province.forecast_value + (counted.reached_value - counted.forecast_value)
        * case counted.over_regencies
            when 'sum' then 1
            when 'mean' then 1.0 / nullif(province.reporting_count, 0)
            when 'weighted' then counted.denominator / nullif(province.denominator, 0)
        end as if_met,
        case
            when counted.regency_code = {{ province_code() }} then 'province'
            when province.indicator_code is null then 'no_province_target'
            when province.forecast_value is null or counted.forecast_value is null then 'no_forecast'
        end as province_reason
    from counted
    left join counted as province
        on
            counted.indicator_code = province.indicator_code
            and counted.target_year = province.target_year
            and province.regency_code = {{ province_code() }}

),

needed as (

    select
        *,
        case
            when realised_value is null then null
            -- What of a sum that should stay low may still come.
            when over_time = 'sum' and direction = 'lower'
                then greatest((aim - realised_value) / remaining_months, 0)
            when over_time in ('sum', 'last') and attainment_pct >= 100 then 0
            when over_time in ('sum', 'last') then (aim - realised_value) / remaining_months
            else
                (aim * (measured_months + remaining_months) - realised_value * measured_months)
                / remaining_months
        end as needed_value,
        case
            when over_time = 'sum' then realised_value / nullif(12 - remaining_months, 0)
            when over_time <> 'last' then realised_value
        end as monthly_so_far,
        {{ attainment_pct(
            'province_direction', 'if_missed', 'province_target', 'province_lower', 'province_upper'
        ) }} as attainment_if_missed,
        {{ attainment_pct(
            'province_direction', 'if_met', 'province_target', 'province_lower', 'province_upper'
        ) }} as attainment_if_met
    from with_province

),

months as (

    select
        needed.*,
        steps.step,
        (needed.first_month_on + make_interval(months => steps.step - 1))::date as month_on
    from needed
    cross join lateral generate_series(1, needed.remaining_months) as steps (step)

),

figures as (

    select
        *,
        case
            when over_time in ('sum', 'last') then realised_value + needed_value * step
            else (realised_value * measured_months + needed_value * step) / (measured_months + step)
        end as needed_by_month_end,
        case when province_reason is null then province_target end as province_target_value,
        case when province_reason is null then if_missed end as province_value_if_missed,
        case when province_reason is null then attainment_if_missed end as province_attainment_if_missed_pct,
        case when province_reason is null then if_met end as province_value_if_met,
        case when province_reason is null then attainment_if_met end as province_attainment_if_met_pct
    from months

),

final as (

    select
        indicator_code,
        regency_code,
        target_year,
        month_on,
        target_version,
        {{ published_figure('aim') }} as aim_value,
        case when aim is null then 'not_reported' end as aim_value_reason,
        realised_value,
        realised_value_reason,
        realised_to_on,
        remaining_months,
        {{ published_figure('needed_value') }} as needed_value,
        case when needed_value is null then coalesce(realised_value_reason, 'no_figure') end
            as needed_value_reason,
        {{ published_figure('needed_by_month_end') }} as needed_by_month_end,
        case
            when needed_by_month_end is null then coalesce(realised_value_reason, 'no_figure')
        end as needed_by_month_end_reason,
        {{ published_figure('monthly_so_far') }} as monthly_so_far,
        case
            when monthly_so_far is not null then null
            when over_time = 'last' then 'state_at_the_end'
            else coalesce(realised_value_reason, 'no_month_yet')
        end as monthly_so_far_reason,
        {% for figure in province_figures -%}
            {{ published_figure(figure) }} as {{ figure }},
            case
                when {{ figure }} is null then coalesce(province_reason, 'no_figure')
            end as {{ figure }}_reason,
        {% endfor -%}
        forecast_value,
        forecast_value_reason
    from figures

)

select * from final
