-- Starts from the targets: what nobody reported has a row too.
-- Not materialized, so that plans are searched by the index.
with targets as not materialized (

    select * from {{ ref('int_target') }}

),

realisations as (

    select * from {{ ref('fct_indicator_realisation') }}

),

indicators as (

    select * from {{ ref('indicators') }}

),

obligations as (

    select * from {{ ref('target_obligations') }}

),

profiles as (

    select * from {{ ref('indicator_profiles') }}

),

notes as (

    select * from {{ ref('stg_target_notes') }}

),

build_range as (

    select * from {{ ref('build_range') }}

),

-- The share of the year's target that is due by the end of a month: the indicator's seasonal profile, else twelfths.
month_shares as (

    select
        indicators.indicator_code,
        months.month,
        coalesce(profiles.cumulative_pct / 100.0, months.month / 12.0) as share,
        profiles.cumulative_pct is not null as is_seasonal
    from indicators
    cross join generate_series(0, 12) as months (month)
    left join profiles
        on
            indicators.indicator_code = profiles.indicator_code
            and months.month = profiles.month

),

newest_notes as (

    select distinct on (notes.indicator_code, notes.regency_code, notes.target_year, notes.quarter)
        notes.indicator_code,
        notes.regency_code,
        notes.target_year,
        notes.cause,
        notes.follow_up,
        coalesce('TW' || notes.quarter, 'tahunan') as target_period
    from notes
    cross join build_range
    where
        notes.from_seq <= build_range.to_load_seq
        and coalesce(notes.until_seq > build_range.to_load_seq, true)
    order by
        notes.indicator_code asc,
        notes.regency_code asc,
        notes.target_year asc,
        notes.quarter asc,
        notes.note_id desc

),

obliged as (

    select distinct
        years.indicator_code,
        years.target_year,
        obligations.regency_code
    from (
        select distinct
            targets.indicator_code,
            targets.target_year
        from targets
    ) as years
    inner join obligations
        on
            years.indicator_code = obligations.indicator_code
            and years.target_year >= obligations.from_year
            and years.target_year <= coalesce(obligations.to_year, years.target_year)

),

obliged_counts as (

    select
        indicator_code,
        target_year,
        count(*)::integer as obliged_count
    from obliged
    group by
        indicator_code,
        target_year

),

obliged_targets as (

    select
        targets.*,
        indicators.direction,
        indicators.aggregation_over_time as over_time,
        case
            when targets.regency_code = {{ province_code() }} then coalesce(obliged_counts.obliged_count, 0)
            else (obliged.regency_code is not null)::integer
        end as obliged_count,
        targets.regency_code = {{ province_code() }} or obliged.regency_code is not null as is_obliged
    from targets
    inner join indicators using (indicator_code)
    left join obliged using (indicator_code, target_year, regency_code)
    left join obliged_counts using (indicator_code, target_year)

),

-- The newest figure within the target's own period: of a quarter without one, none.
realised as (

    select
        targets.*,
        newest.realised_to_on,
        newest.realised_value,
        newest.realised_value_reason,
        newest.numerator,
        newest.denominator,
        newest.source,
        newest.reporting_count,
        newest.current_count,
        newest.realised_to_on is not null as is_realised,
        extract(month from newest.realised_to_on)::integer as month,
        extract(quarter from newest.realised_to_on)::integer as realised_quarter,
        extract(day from newest.realised_to_on)::numeric
        / extract(day from date_trunc('month', newest.realised_to_on) + interval '1 month' - interval '1 day')
            as month_elapsed
    from obliged_targets as targets
    left join lateral (
        select found.*
        from realisations as found
        where
            found.indicator_code = targets.indicator_code
            and found.regency_code = targets.regency_code
            and found.realised_to_on >= targets.period_starts_on
            and found.realised_to_on <= targets.period_ends_on
        order by found.realised_to_on desc
        limit 1
    ) as newest on true

),

-- The plan for the quarter in which the figure stands, and for the one before it: those of this version of the year's
-- target, that is, adjusted no earlier than it and before the next one.
planned as (

    select
        realised.*,
        this_quarter.target_value as plan_value,
        this_quarter.lower_value as plan_lower,
        this_quarter.upper_value as plan_upper,
        last_quarter.target_value as plan_before,
        this_quarter.indicator_code is not null as is_planned
    from realised
    left join lateral (
        select plans.*
        from targets as plans
        where
            plans.indicator_code = realised.indicator_code
            and plans.regency_code = realised.regency_code
            and plans.target_year = realised.target_year
            and plans.quarter = realised.realised_quarter
            and plans.version_number >= realised.version_number
            and coalesce(plans.version_number < realised.next_version_number, true)
            and (realised.quarter is null or plans.version_number = realised.version_number)
        order by plans.version_number desc
        limit 1
    ) as this_quarter on true
    left join lateral (
        select plans.target_value
        from targets as plans
        where
            plans.indicator_code = realised.indicator_code
            and plans.regency_code = realised.regency_code
            and plans.target_year = realised.target_year
            and plans.quarter = realised.realised_quarter - 1
            and plans.version_number <= this_quarter.version_number
        order by plans.version_number desc
        limit 1
    ) as last_quarter on true

),

shared as (

    select
        planned.*,
        quarter_before.share as share_before_quarter,
        quarter_end.share as share_at_quarter_end,
        this_month.is_seasonal,
        month_before.share + (this_month.share - month_before.share) * planned.month_elapsed as share
    from planned
    left join month_shares as this_month
        on planned.indicator_code = this_month.indicator_code and planned.month = this_month.month
    left join month_shares as month_before
        on planned.indicator_code = month_before.indicator_code and planned.month - 1 = month_before.month
    left join month_shares as quarter_before
        on
            planned.indicator_code = quarter_before.indicator_code
            and planned.realised_quarter * 3 - 3 = quarter_before.month
    left join month_shares as quarter_end
        on
            planned.indicator_code = quarter_end.indicator_code
            and planned.realised_quarter * 3 = quarter_end.month

),

started as (

    select
        *,
        coalesce(
            plan_before, plan_value * share_before_quarter / nullif(share_at_quarter_end, 0), 0
        ) as plan_start
    from shared

),

due as (

    select
        *,
        realised_to_on >= period_ends_on as is_over,
        -- Between the ends of two quarters the plan grows as the profile does; where a sum has no plan for the quarter,
        -- the year's target does. What is no sum is due in full.
        case
            when realised_to_on >= period_ends_on or (over_time <> 'sum' and not is_planned) then target_value
            when over_time <> 'sum' then plan_value
            when is_planned
                then
                    plan_start
                    + (plan_value - plan_start)
                    * coalesce(
                        (share - share_before_quarter)
                        / nullif(share_at_quarter_end - share_before_quarter, 0),
                        1
                    )
            else target_value * share
        end as pro_rata,
        case when realised_to_on < period_ends_on and is_planned then plan_lower else lower_value end
            as due_lower,
        case when realised_to_on < period_ends_on and is_planned then plan_upper else upper_value end
            as due_upper,
        case
            when not is_realised then null
            when realised_to_on >= period_ends_on then 'final'
            when over_time <> 'sum' then 'latest_value'
            when is_planned and plan_value > 0 then 'quarterly_plan'
            when is_seasonal then 'seasonal_profile'
            else 'linear'
        end as method
    from started

),

judged as (

    select
        *,
        case
            when is_obliged
                then
                    {{ attainment_pct(
                        'direction', 'realised_value', 'target_value', 'lower_value', 'upper_value'
                    ) }}
        end as attainment,
        case
            when is_obliged
                then {{ attainment_pct('direction', 'realised_value', 'pro_rata', 'due_lower', 'due_upper') }}
        end as pace,
        case
            when method in ('final', 'latest_value') then realised_value
            when method = 'quarterly_plan' then target_value * realised_value / nullif(pro_rata, 0)
            else
                realised_value
                / nullif(share, 0)
                * case when quarter is null then 1 else share_at_quarter_end end
        end as forecast,
        case
            when not is_realised then 'not_reported'
            when realised_value is null then realised_value_reason
        end as figure_reason
    from due

),

with_status as (

    select
        judged.*,
        build_range.business_date >= judged.valid_from_on
        and build_range.business_date
        <= coalesce(judged.valid_to_on, build_range.business_date) as is_effective,
        case
            when not judged.is_obliged then 'tidak_diwajibkan'
            when not judged.is_realised then 'belum_terukur'
            when judged.attainment is null then 'no_figure'
            else 'measured'
        end as status
    from judged
    cross join build_range

),

ranked as (

    select
        *,
        case
            when regency_code <> {{ province_code() }} and is_effective and status = 'measured'
                then
                    rank() over (
                        partition by
                            indicator_code,
                            target_year,
                            target_period,
                            regency_code = {{ province_code() }},
                            is_effective,
                            status
                        order by attainment desc
                    )
        end::integer as attainment_rank
    from with_status

),

final as (

    select
        ranked.indicator_code,
        ranked.regency_code,
        ranked.target_year,
        ranked.target_period,
        ranked.quarter,
        ranked.target_version,
        {{ published_figure('ranked.target_value') }} as target_value,
        case when ranked.target_value is null then 'range' end as target_value_reason,
        {{ published_figure('ranked.lower_value') }} as lower_value,
        {{ published_figure('ranked.upper_value') }} as upper_value,
        ranked.realised_value,
        ranked.figure_reason as realised_value_reason,
        ranked.realised_to_on,
        ranked.numerator,
        ranked.denominator,
        ranked.source as realised_from,
        ranked.status,
        {{ published_figure('ranked.attainment') }} as attainment_pct,
        case
            when ranked.attainment is null
                then
                    case
                        when not ranked.is_obliged then 'not_obliged'
                        else coalesce(ranked.figure_reason, 'target_not_positive')
                    end
        end as attainment_pct_reason,
        {{ attainment_band('ranked.attainment') }} as band,
        {{ published_figure('ranked.pro_rata') }} as pro_rata_target,
        case
            when ranked.pro_rata is null
                then case when ranked.is_realised then 'range' else 'not_reported' end
        end as pro_rata_target_reason,
        {{ published_figure('ranked.pace') }} as pace_pct,
        case
            when ranked.pace is null
                then
                    case
                        when not ranked.is_obliged then 'not_obliged'
                        else coalesce(ranked.figure_reason, 'target_not_positive')
                    end
        end as pace_pct_reason,
        {{ attainment_band('ranked.pace') }} as pace_band,
        {{ published_figure('ranked.forecast') }} as forecast_value,
        case
            when ranked.forecast is null then coalesce(ranked.figure_reason, 'nothing_due_yet')
        end as forecast_value_reason,
        case when ranked.forecast is not null then ranked.method end as forecast_method,
        ranked.attainment_rank as rank_among_regencies,
        case
            when ranked.attainment_rank is not null then null
            when ranked.regency_code = {{ province_code() }} then 'province'
            when not ranked.is_effective then 'not_effective'
            else 'not_measured'
        end as rank_among_regencies_reason,
        coalesce(ranked.reporting_count, 0) as reporting_count,
        coalesce(ranked.current_count, 0) as current_count,
        ranked.obliged_count,
        ranked.is_realised and ranked.current_count >= ranked.obliged_count as is_complete,
        coalesce(ranked.pace < 100, false) as is_missed,
        notes.cause,
        notes.follow_up,
        ranked.valid_from_on,
        ranked.valid_to_on,
        ranked.is_effective,
        ranked.decree,
        ranked.decided_on,
        ranked.version_id
    from ranked
    left join newest_notes as notes
        on
            ranked.indicator_code = notes.indicator_code
            and ranked.regency_code = notes.regency_code
            and ranked.target_year = notes.target_year
            and ranked.target_period = notes.target_period

)

select * from final
