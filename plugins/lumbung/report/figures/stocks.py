"""Availability: the stock last reported per regency and commodity, and how long it lasts."""

from lumbung.report.figures.common import with_parts

_STOCKS = """
with {latest_stocks}
select
    latest.regency_code, dim_regency.regency_name, latest.commodity_code, dim_commodity.commodity_name,
    latest.observed_on, latest.closing_t, latest.daily_need_t, latest.daily_need_t_reason,
    latest.days_of_cover, latest.days_of_cover_reason, latest.short_below_days, latest.is_short,
    latest.is_short_reason, array[latest.submission_id] as submissions
from latest_stocks as latest
inner join marts.dim_regency using (regency_code)
inner join marts.dim_commodity using (commodity_code)
order by
    latest.is_short desc nulls last, latest.days_of_cover, latest.regency_code, dim_commodity.commodity_name
"""

_STOCK_COMMODITIES = """
with {latest_stocks}
select
    latest.commodity_code, dim_commodity.commodity_name, max(latest.short_below_days) as short_below_days,
    count(*) as regency_count, count(*) filter (where latest.is_short) as short,
    min(latest.days_of_cover) as lowest_days,
    max(latest.days_of_cover) as highest_days, min(latest.observed_on) as first_on,
    max(latest.observed_on) as last_on
from latest_stocks as latest
inner join marts.dim_commodity using (commodity_code)
group by latest.commodity_code, dim_commodity.commodity_name
order by count(*) filter (where latest.is_short) desc, dim_commodity.commodity_name
"""

QUESTIONS = with_parts({"stocks": _STOCKS, "stock_commodities": _STOCK_COMMODITIES})
