"""What was expected of the offices, and what came."""

from lumbung.report.figures.common import with_parts

_GRID = """
with ranked as (
    select *, dense_rank() over (partition by dataset order by period_on desc) as position
    from marts.rpt_reporting_rate
    where period_on <= %(on)s
)
select
    ranked.dataset, ranked.regency_code, dim_regency.regency_name, ranked.period_on, ranked.status,
    ranked.expected, ranked.received, ranked.on_time, ranked.accepted, ranked.due_at, ranked.first_arrived_at,
    ranked.completeness_pct, ranked.completeness_pct_reason,
    case
        when ranked.received > 0 and ranked.accepted = 0 then 'returned'
        when ranked.received > 0 and ranked.on_time > 0 then 'received'
        when ranked.received > 0 then 'received_late'
        when ranked.status = 'late' then 'missing'
        else ranked.status
    end as cell
from ranked
inner join marts.dim_regency using (regency_code)
where ranked.position <= %(periods)s
order by ranked.dataset, ranked.regency_code, ranked.period_on
"""

_MONTHS = """
select
    dataset, coalesce(regency_code, %(province)s) as regency_code,
    coalesce(regency_name, %(province_name)s) as regency_name,
    date_trunc('month', period_on)::date as month_on,
    sum(expected) as expected, sum(received) as received, sum(on_time) as on_time,
    100.0 * sum(received) filter (where expected > 0) / nullif(sum(expected), 0) as received_pct,
    case when sum(expected) = 0 then 'not_obliged' end as received_pct_reason,
    100.0 * sum(on_time) filter (where expected > 0) / nullif(sum(expected), 0) as on_time_pct,
    case when sum(expected) = 0 then 'not_obliged' end as on_time_pct_reason,
    100.0 * sum(accepted_keys) / nullif(sum(expected_keys), 0) as completeness_pct,
    case when coalesce(sum(expected_keys), 0) = 0 then 'no_expected_keys' end as completeness_pct_reason
from marts.rpt_reporting_rate
inner join marts.dim_regency using (regency_code)
where
    period_on <= %(on)s
    and period_on >= date_trunc('month', %(on)s::date) - make_interval(months => %(months)s - 1)
group by grouping sets (
    (dataset, date_trunc('month', period_on)),
    (dataset, date_trunc('month', period_on), regency_code, regency_name)
)
order by dataset, month_on, regency_code
"""

# The newest of each office, and whatever today's figures rest on.
_SUBMISSIONS = """
with {latest},
cited as (
    select observation.submission_id
    from marts.fct_price_observation as observation
    inner join latest using (commodity_code, price_level, observed_on)
    union
    select submission_id
    from marts.fct_stock_daily
    where observed_on between %(trend_from)s and %(on)s
),
ranked as (
    select
        *,
        row_number() over (partition by regency_code order by received_at desc, submission_id) as position
    from marts.fct_submission
)
select
    submission_id, regency_code, dataset, version, file_name, received_at, arrived_at, business_on,
    is_history, verdict, rows_total, rows_accepted, rows_held, galat_count, konfirmasi_count,
    period_first_on, period_last_on
from ranked
where position <= %(submissions)s or submission_id in (select submission_id from cited)
order by regency_code, received_at desc, submission_id
"""

_STANDING = """
select
    rate.regency_code,
    sum(rate.expected) as expected, sum(rate.received) as received, sum(rate.on_time) as on_time,
    100.0 * sum(rate.on_time) filter (where rate.expected > 0) / nullif(sum(rate.expected), 0) as on_time_pct,
    case when sum(rate.expected) = 0 then 'not_obliged' end as on_time_pct_reason
from marts.rpt_reporting_rate as rate
where
    rate.dataset = 'staple_prices'
    and rate.period_on > %(on)s::date - %(periods)s
    and rate.period_on <= %(on)s
group by rate.regency_code
order by rate.regency_code
"""

# The last period of each dataset that is over, over all offices.
_DATASETS = """
with last_period as (
    select dataset, max(period_on) as period_on
    from marts.rpt_reporting_rate
    where period_on <= %(on)s
    group by dataset
)
select
    rate.dataset, rate.period_on, sum(rate.expected) as expected, sum(rate.received) as received,
    sum(rate.on_time) as on_time,
    100.0 * sum(rate.accepted_keys) / nullif(sum(rate.expected_keys), 0) as completeness_pct,
    case when coalesce(sum(rate.expected_keys), 0) = 0 then 'no_expected_keys' end as completeness_pct_reason
from marts.rpt_reporting_rate as rate
inner join last_period using (dataset, period_on)
group by rate.dataset, rate.period_on
order by rate.dataset
"""

QUESTIONS = with_parts(
    {
        "datasets": _DATASETS,
        "grid": _GRID,
        "reporting_months": _MONTHS,
        "submissions": _SUBMISSIONS,
        "standing": _STANDING,
    }
)
