with activities as (

    select
        *,
        extract(year from month_on)::integer as year
    from {{ ref('fct_programme_activity') }}

),

offices as (

    select * from {{ ref('offices') }}

),

signups as (

    select * from {{ ref('programme_signups') }}

),

provincial_programmes as (

    select * from {{ ref('provincial_programmes') }}

),

rules as (

    select * from {{ ref('programme_sync_rules') }}

),

-- A year is judged by the last month that the regency reported: what it had dropped by then is no longer there.
reported as (

    select
        year,
        regency_code,
        max(month_on) as month_on
    from activities
    group by
        year,
        regency_code

),

latest as (

    select activities.*
    from activities
    inner join reported using (year, regency_code, month_on)

),

untied as (

    select
        year,
        regency_code,
        activity_code,
        provincial_programme_code,
        case
            when provincial_programme_code is null then 'activity_without_programme'
            else 'activity_with_unknown_programme'
        end as finding_code
    from latest
    where not is_tied

),

ties as (

    select
        year,
        regency_code,
        provincial_programme_code,
        max(month_on) as last_tied_on
    from activities
    group by
        year,
        regency_code,
        provincial_programme_code

),

-- Of a regency that reported nothing nothing is known: it is not judged here, see silent.
unsupported as (

    select distinct
        reported.year,
        reported.regency_code,
        signups.programme_code as provincial_programme_code,
        ties.last_tied_on
    from reported
    inner join signups
        on
            reported.regency_code = signups.regency_code
            and {{ in_force_in_year('signups', 'reported.year') }}
    left join ties
        on
            reported.year = ties.year
            and reported.regency_code = ties.regency_code
            and signups.programme_code = ties.provincial_programme_code
    where ties.last_tied_on is distinct from reported.month_on

),

-- The last month, far enough back, that says both what was spent and how far the work was.
compared as (

    select distinct on (latest.year, latest.regency_code, latest.activity_code)
        latest.year,
        latest.regency_code,
        latest.activity_code,
        earlier.month_on as compared_on,
        earlier.realised_idr as compared_realised_idr,
        earlier.physical_pct as compared_physical_pct
    from latest
    inner join rules
        on rules.finding_code = 'progress_stalled'
    inner join activities as earlier
        on
            latest.year = earlier.year
            and latest.regency_code = earlier.regency_code
            and latest.activity_code = earlier.activity_code
            and latest.month_on - rules.unmoved_months * interval '1 month' >= earlier.month_on
    where earlier.realised_idr is not null and earlier.physical_pct is not null
    order by
        latest.year asc,
        latest.regency_code asc,
        latest.activity_code asc,
        earlier.month_on desc

),

-- Amounts are compared, so that spending without a budget is judged too. Progress that is not stated is not zero, and
-- work that is done may still be paid for.
spending as (

    select
        latest.year,
        latest.regency_code,
        latest.activity_code,
        latest.provincial_programme_code,
        case
            when
                latest.physical_pct = 0
                and latest.realised_idr * 100.0 > latest.budget_idr * at_zero.spent_over_pct
                then at_zero.finding_code
            when
                latest.physical_pct < 100
                and latest.physical_pct <= compared.compared_physical_pct
                and (latest.realised_idr - compared.compared_realised_idr) * 100.0
                > latest.budget_idr * stalled.spent_over_pct
                then stalled.finding_code
        end as finding_code
    from latest
    inner join rules as at_zero
        on at_zero.finding_code = 'spending_without_progress'
    inner join rules as stalled
        on stalled.finding_code = 'progress_stalled'
    left join compared using (year, regency_code, activity_code)

),

years as (

    select distinct year from reported

),

silent as (

    select
        years.year,
        offices.regency_code
    from years
    cross join offices
    left join reported
        on
            years.year = reported.year
            and offices.regency_code = reported.regency_code
    where
        reported.regency_code is null
        and offices.is_obliged
        and offices.reporting_from < make_date(years.year + 1, 1, 1)

),

found as (

    select
        year,
        regency_code,
        finding_code,
        activity_code,
        provincial_programme_code,
        null::date as last_tied_on
    from untied
    union all
    select
        year,
        regency_code,
        finding_code,
        activity_code,
        provincial_programme_code,
        null as last_tied_on
    from spending
    where finding_code is not null
    union all
    select
        year,
        regency_code,
        'programme_without_activity' as finding_code,
        null as activity_code,
        provincial_programme_code,
        last_tied_on
    from unsupported
    union all
    select
        year,
        regency_code,
        'not_reported' as finding_code,
        null as activity_code,
        null as provincial_programme_code,
        null as last_tied_on
    from silent

),

final as (

    select
        found.year,
        found.regency_code,
        found.finding_code,
        rules.finding_name_id as finding_name,
        reported.month_on,
        latest.programme_code,
        latest.programme_name,
        found.activity_code,
        latest.activity_name,
        found.provincial_programme_code,
        provincial_programmes.programme_name as provincial_programme_name,
        latest.budget_idr,
        latest.realised_idr,
        latest.financial_pct,
        latest.physical_pct,
        rules.spent_over_pct,
        rules.unmoved_months,
        compared.compared_on,
        compared.compared_realised_idr,
        compared.compared_physical_pct,
        found.last_tied_on,
        latest.submission_id,
        latest.sheet,
        latest.row_number,
        coalesce(found.activity_code, found.provincial_programme_code, 'none') as subject_code,
        {{ is_mandated('found.regency_code', 'programme_synchronisation', 'found.year') }} as is_mandated
    from found
    inner join rules using (finding_code)
    left join reported using (year, regency_code)
    left join latest using (year, regency_code, activity_code)
    left join compared
        on
            found.finding_code = 'progress_stalled'
            and found.year = compared.year
            and found.regency_code = compared.regency_code
            and found.activity_code = compared.activity_code
    left join provincial_programmes
        on found.provincial_programme_code = provincial_programmes.programme_code

)

select * from final
