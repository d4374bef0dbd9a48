"""Regencies, commodities, seasons, releases: what figures are told of."""

from lumbung.report.figures.common import with_parts

_REGENCIES = """
select regency_code, regency_name, regency_kind, short_name
from marts.dim_regency
order by regency_code
"""

_SEASONS = """
select season_code, season_year, season_name, starts_on, ends_on
from marts.dim_season
where ends_on >= %(history_from)s and starts_on <= %(on)s
order by starts_on
"""

_LAST_RELEASES = """
select
    release_id, published_at, business_date, changed_rows, is_current,
    lag(business_date) over (order by release_id) as previous_date
from marts.release
where release_id <= %(release_id)s
order by release_id desc
limit 2
"""

# What the release brought for days that had been told before, and what is new.
_CHANGES = """
with {previous}
select
    count(*) filter (where observation.observed_on > previous.previous_date) as new_prices,
    count(*) filter (where observation.observed_on <= previous.previous_date) as late_prices,
    count(distinct observation.regency_code)
        filter (where observation.observed_on <= previous.previous_date) as late_regencies
from marts.fct_price_observation as observation
cross join previous
where
    observation.observed_on between %(revised_from)s and %(on)s
    and observation.release_from = %(release_id)s
"""

_REVISED = """
with {previous}
select
    commodity_code, commodity_name, price_level,
    count(*) as day_count, min(observed_on) as first_on, max(observed_on) as last_on
from marts.fct_price_province_daily
inner join marts.dim_commodity using (commodity_code)
cross join previous
where
    observed_on between %(revised_from)s and previous.previous_date
    and fct_price_province_daily.release_from = %(release_id)s
group by commodity_code, commodity_name, price_level
order by count(*) desc, commodity_name
"""

QUESTIONS = with_parts(
    {
        "regencies": _REGENCIES,
        "seasons": _SEASONS,
        "releases": _LAST_RELEASES,
        "changes": _CHANGES,
        "revised": _REVISED,
    }
)
