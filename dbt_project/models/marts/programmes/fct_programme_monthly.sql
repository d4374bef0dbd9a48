{{ config(indexes=[{'columns': ['regency_code', 'month_on']}]) }}

with activities as (

    select * from {{ ref('fct_programme_activity') }}

),

offices as (

    select * from {{ ref('offices') }}

),

months as (

    select begins_at::date as month_on
    from (
        select
            min(month_on) as first_on,
            max(month_on) as last_on
        from activities
    ) as reported
    cross join lateral generate_series(first_on, last_on, interval '1 month') as month (begins_at)

),

regency_figures as (

    select
        month_on,
        regency_code,
        count(*) as activity_count,
        count(*) filter (where is_priority) as priority_count,
        count(*) filter (where is_tied) as tied_count,
        sum(budget_idr) as budget_idr,
        sum(realised_idr) as realised_idr,
        sum(budget_idr) filter (where realised_idr is not null) as absorption_budget_idr,
        sum(realised_idr) filter (where is_priority) as priority_realised_idr,
        sum(budget_idr) filter (where is_priority and realised_idr is not null) as priority_budget_idr,
        avg(physical_pct) as physical_pct,
        sum(budget_idr * physical_pct) as physical_weighted_sum,
        sum(budget_idr) filter (where physical_pct is not null) as physical_budget_idr
    from activities
    group by
        month_on,
        regency_code

),

-- What is expected: every regency in every month. Nothing is carried over from another month.
regencies as (

    select
        months.month_on,
        offices.regency_code,
        {{ is_mandated(
            'offices.regency_code', 'programme_synchronisation', 'extract(year from months.month_on)::integer'
        ) }} as is_mandated,
        (regency_figures.regency_code is not null)::integer as regency_count,
        (
            regency_figures.regency_code is null
            and offices.is_obliged
            and months.month_on >= offices.reporting_from
        )::integer as missing_count,
        coalesce(regency_figures.activity_count, 0)::integer as activity_count,
        coalesce(regency_figures.priority_count, 0)::integer as priority_count,
        coalesce(regency_figures.tied_count, 0)::integer as tied_count,
        regency_figures.budget_idr,
        regency_figures.realised_idr,
        regency_figures.absorption_budget_idr,
        regency_figures.priority_realised_idr,
        regency_figures.priority_budget_idr,
        regency_figures.physical_pct,
        regency_figures.physical_weighted_sum,
        regency_figures.physical_budget_idr
    from months
    cross join offices
    left join regency_figures using (month_on, regency_code)

),

-- Money of all regencies together; physical progress weighs regencies alike, as prices do, or budgets.
province as (

    select
        month_on,
        {{ province_code() }} as regency_code,
        null::boolean as is_mandated,
        sum(regency_count)::integer as regency_count,
        sum(missing_count)::integer as missing_count,
        sum(activity_count)::integer as activity_count,
        sum(priority_count)::integer as priority_count,
        sum(tied_count)::integer as tied_count,
        sum(budget_idr) as budget_idr,
        sum(realised_idr) as realised_idr,
        sum(absorption_budget_idr) as absorption_budget_idr,
        sum(priority_realised_idr) as priority_realised_idr,
        sum(priority_budget_idr) as priority_budget_idr,
        avg(physical_pct) as physical_pct,
        sum(physical_weighted_sum) as physical_weighted_sum,
        sum(physical_budget_idr) as physical_budget_idr
    from regencies
    group by month_on

),

places as (

    select * from regencies
    union all
    select * from province

),

with_reasons as (

    select
        *,
        case
            when realised_idr is null then 'not_reported'
            when absorption_budget_idr = 0 then 'no_budget'
        end as absorption_pct_reason,
        case
            when activity_count > 0 and priority_count = 0 then 'no_priority_activity'
            when priority_realised_idr is null then 'not_reported'
            when priority_budget_idr = 0 then 'no_budget'
        end as priority_absorption_pct_reason,
        case
            when physical_pct is null then 'not_reported'
            when physical_budget_idr = 0 then 'no_budget'
        end as physical_weighted_pct_reason
    from places

),

final as (

    select
        month_on,
        regency_code,
        is_mandated,
        regency_count,
        missing_count,
        activity_count,
        priority_count,
        tied_count,
        budget_idr,
        realised_idr,
        absorption_budget_idr,
        absorption_pct_reason,
        priority_absorption_pct_reason,
        physical_weighted_pct_reason,
        case when budget_idr is null then 'not_reported' end as budget_idr_reason,
        case when realised_idr is null then 'not_reported' end as realised_idr_reason,
        case when absorption_budget_idr is null then 'not_reported' end as absorption_budget_idr_reason,
        case
            when absorption_pct_reason is null then {{ percent_of('realised_idr', 'absorption_budget_idr') }}
        end as absorption_pct,
        case
            when priority_absorption_pct_reason is null
                then {{ percent_of('priority_realised_idr', 'priority_budget_idr') }}
        end as priority_absorption_pct,
        trim_scale(round(physical_pct, 10)) as physical_pct,
        case when physical_pct is null then 'not_reported' end as physical_pct_reason,
        case
            when physical_weighted_pct_reason is null
                then trim_scale(round(physical_weighted_sum / physical_budget_idr, 10))
        end as physical_weighted_pct
    from with_reasons

)

select * from final
