"""Parts that several questions share, and the questions with these parts put in."""

from collections.abc import Mapping

_PARTS = {
    # The last day within the trend's window on which the province has a price: a commodity's "today".
    "latest": """
latest as (
    select distinct on (commodity_code, price_level) *
    from marts.fct_price_province_daily
    where observed_on between %(trend_from)s and %(on)s
    order by commodity_code, price_level, observed_on desc
)
""",
    # The stock last reported within that window.
    "latest_stocks": """
latest_stocks as (
    select distinct on (regency_code, commodity_code) *
    from marts.fct_stock_daily
    where observed_on between %(trend_from)s and %(on)s
    order by regency_code, commodity_code, observed_on desc
)
""",
    # The day that the release before this one reported on.
    "previous": """
previous as (
    select max(business_date) as previous_date
    from marts.release
    where release_id < %(release_id)s
)
""",
}


def with_parts(questions: Mapping[str, str]) -> dict[str, str]:
    """The questions, with the part in the stead of each ``{name}``."""
    whole = dict(questions)
    for name, part in _PARTS.items():
        whole = {question: sql.replace("{" + name + "}", part.strip()) for question, sql in whole.items()}
    return whole
