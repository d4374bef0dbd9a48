"""The columns that tables of all pages are made of, and which published figure each one is."""

from dataclasses import replace
from functools import cache

from lumbung.report.site.tables import Column, catalogue

_COLUMNS = (
    Column("commodity_name", is_head=True),
    Column("regency_name", is_head=True),
    Column("commodity_group", is_filter=True),
    Column(
        "price_level", "status", group="price_level", is_filter=True, source="fct_price_daily.price_level"
    ),
    Column("unit", source="fct_price_daily.unit"),
    Column("observed_on", "date", source="fct_price_daily.observed_on"),
    Column("price_idr", "idr", source="fct_price_daily.price_idr"),
    Column("province_price_idr", "idr", source="fct_price_province_daily.price_idr"),
    Column("change_1d_pct", "change", source="fct_price_daily.change_1d_pct"),
    Column("change_7d_pct", "change", source="fct_price_daily.change_7d_pct"),
    Column("change_30d_pct", "change", source="fct_price_daily.change_30d_pct"),
    Column("change_365d_pct", "change", source="fct_price_daily.change_365d_pct"),
    Column("ceiling_idr", "idr", source="fct_price_daily.ceiling_idr"),
    Column("ceiling_deviation_pct", "change", source="fct_price_daily.ceiling_deviation_pct"),
    Column("province_deviation_pct", "change", source="fct_price_daily.province_deviation_pct"),
    Column("band", "status", group="band", is_filter=True, source="fct_price_daily.band"),
    Column("market_count", "count", source="fct_price_daily.market_count"),
    Column("regency_count", "count", source="fct_price_province_daily.regency_count"),
    Column("cv_between_regions_pct", "pct", source="fct_price_province_daily.cv_between_regions_pct"),
    Column("cv_between_time_pct", "pct", source="fct_price_monthly.cv_between_time_pct"),
    Column("month_on", "month", source="fct_price_monthly.month_on", is_head=True),
    Column("month_price_idr", "idr", source="fct_price_monthly.price_idr"),
    Column("day_count", "count", source="fct_price_monthly.day_count"),
    Column("ifpa", "score", source="fct_price_monthly.ifpa"),
    Column("ifpa_status", "status", group="ifpa_status", source="fct_price_monthly.ifpa_status"),
    Column("ifpa_years", "count", source="fct_price_monthly.ifpa_years"),
    Column("alps", "score", source="fct_price_monthly.alps"),
    Column("alps_status", "status", group="alps_status", source="fct_price_monthly.alps_status"),
    Column("price_index", "number", source="fct_price_index_monthly.price_index"),
    Column("above", "count", source="fct_price_daily.band"),
    Column("within", "count", source="fct_price_daily.band"),
    Column("below", "count", source="fct_price_daily.band"),
    Column("over_ceiling", "count", source="fct_price_daily.ceiling_deviation_pct"),
    Column("alerts", "count", source="fct_price_alert.rule_code"),
    Column("short", "count", source="fct_stock_daily.is_short"),
    Column("trend", "spark"),
    Column("market_name", is_head=True, source="fct_price_observation.market_name"),
    Column("market_price_idr", "idr", source="fct_price_observation.price_idr"),
    Column("submissions", "receipts", source="fct_price_observation.submission_id"),
    Column("rule_name", is_filter=True, source="fct_price_alert.rule_code"),
    Column("message", "message", source="fct_price_alert.measured_value"),
    Column("first_seen_on", "date", source="fct_price_alert.first_seen_on"),
    Column("days_running", "count", source="fct_price_alert.days_running"),
    Column("season_name", is_filter=True, source="fct_price_season.season_code"),
    Column("week", is_head=True, source="fct_price_season.week_offset"),
    Column("week_starts_on", "date", source="fct_price_season.week_starts_on"),
    Column("week_price_idr", "idr", source="fct_price_season.price_idr"),
    Column("change_from_first_week_pct", "change", source="fct_price_season.change_from_first_week_pct"),
    Column("earlier_change_pct", "change", source="fct_price_season.earlier_change_pct"),
    Column("difference_from_earlier_pct", "change", source="fct_price_season.difference_from_earlier_pct"),
    Column("change_from_last_season_pct", "change", source="fct_price_season.change_from_last_season_pct"),
    Column("ceiling_kind", is_head=True, source="dim_price_ceiling.ceiling_kind"),
    Column("zone", source="dim_price_ceiling.zone"),
    Column("lower_idr", "idr", source="dim_price_ceiling.lower_idr"),
    Column("upper_idr", "idr", source="dim_price_ceiling.upper_idr"),
    Column("valid_from_on", "date", source="dim_price_ceiling.valid_from_on"),
    Column("legal_basis", source="dim_price_ceiling.legal_basis"),
    Column("closing_t", "number", source="fct_stock_daily.closing_t"),
    Column("daily_need_t", "number", source="fct_stock_daily.daily_need_t"),
    Column("days_of_cover", "number", source="fct_stock_daily.days_of_cover"),
    Column("short_below_days", "count", source="fct_stock_daily.short_below_days"),
    Column("stock_status", "status", group="stock_status", is_filter=True, source="fct_stock_daily.is_short"),
    Column("lowest_days", "number", source="fct_stock_daily.days_of_cover"),
    Column("highest_days", "number", source="fct_stock_daily.days_of_cover"),
    Column("dataset_name", is_filter=True, source="fct_submission.dataset"),
    Column("expected", "count", source="rpt_reporting_rate.expected"),
    Column("received", "count", source="rpt_reporting_rate.received"),
    Column("on_time", "count", source="rpt_reporting_rate.on_time"),
    Column("received_pct", "pct", source="rpt_reporting_rate.received"),
    Column("on_time_pct", "pct", source="rpt_reporting_rate.timeliness_pct"),
    Column("completeness_pct", "pct", source="rpt_reporting_rate.completeness_pct"),
    Column("submission_id", is_head=True, source="fct_submission.submission_id"),
    Column("received_at", "instant", source="fct_submission.received_at"),
    Column("file_name", source="fct_submission.file_name"),
    Column("version", "count", source="fct_submission.version"),
    Column("verdict", "status", group="verdict", is_filter=True, source="fct_submission.verdict"),
    Column("rows_accepted", "count", source="fct_submission.rows_accepted"),
    Column("rows_held", "count", source="fct_submission.rows_held"),
    Column("galat_count", "count", source="fct_submission.galat_count"),
    Column("konfirmasi_count", "count", source="fct_submission.konfirmasi_count"),
    Column("business_on", "date", source="fct_submission.business_on"),
    Column("period_first_on", "date", source="fct_submission.period_first_on"),
    Column("period_last_on", "date", source="fct_submission.period_last_on"),
    Column("standing", "status", group="standing", is_filter=True, source="rpt_reporting_rate.status"),
    Column("findings", "message", source="fct_finding.message"),
)


@cache
def all_columns() -> dict[str, Column]:
    """Every column by its key."""
    return catalogue(_COLUMNS)


def columns(*keys: str, head: str | None = None, without_filter: tuple[str, ...] = ()) -> list[Column]:
    """Some of the columns, in this order.

    Args:
        keys: Their keys.
        head: The one that names the row; without it the first.
        without_filter: Those that readers shall not filter by here.
    """
    known = all_columns()
    chosen = head or keys[0]
    return [
        replace(
            known[key], is_head=key == chosen, is_filter=known[key].is_filter and key not in without_filter
        )
        for key in keys
    ]
