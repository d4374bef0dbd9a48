-- Size classes add up to all industry, regencies to the province, and the parts of a change of workers to the change.
with kpi as (

    select * from {{ ref('fct_industry_kpi') }}

),

sizes as (

    select
        period_on,
        regency_code,
        sum(unit_count) as unit_count
    from {{ ref('fct_industry_size_kpi') }}
    group by period_on, regency_code

),

regencies as (

    select
        period_on,
        programme,
        sum(unit_count) as unit_count,
        sum(worker_count) as worker_count
    from kpi
    where regency_code <> {{ province_code() }}
    group by period_on, programme

),

shift_share as (

    select * from {{ ref('fct_industry_shift_share') }}

),

final as (

    select
        kpi.period_on,
        kpi.regency_code,
        'size classes: ' || sizes.unit_count as what_differs
    from kpi
    inner join sizes using (period_on, regency_code)
    where kpi.programme = 'all' and kpi.unit_count is distinct from sizes.unit_count

    union all

    select
        kpi.period_on,
        kpi.regency_code,
        'regencies of ' || kpi.programme as what_differs
    from kpi
    inner join regencies using (period_on, programme)
    where
        kpi.regency_code = {{ province_code() }}
        and (
            kpi.unit_count is distinct from regencies.unit_count
            or coalesce(kpi.worker_count, 0) is distinct from coalesce(regencies.worker_count, 0)
        )

    union all

    select
        period_on,
        regency_code,
        'parts of the change in division ' || division_code as what_differs
    from shift_share
    where abs(provincial_growth_part + mix_part + competitive_part - worker_change) > 1e-6

)

select * from final
