{#- Days over which changes are published; their tolerances are in the seed change_horizons. -#}
{% macro change_horizons() -%}
    {{ return([1, 7, 30, 365]) }}
{%- endmacro %}

{#- Window over the observations of a series at or before the day `horizon` days earlier. -#}
{% macro up_to_days_before(horizon, series) -%}
    (
        partition by {{ series | join(", ") }}
        order by day_number
        range between unbounded preceding and {{ horizon }} preceding
    )
{%- endmacro %}

{#-
    The price a change is measured against: that of the last observation at or before the day `horizon` days earlier,
    when it is not older than the tolerance. Takes columns `last_price_<n>d` and `last_on_<n>d` from `prices`.
-#}
{% macro price_before(horizon, prices="prices") -%}
    case
        when {{ prices }}.last_on_{{ horizon }}d >= {{ prices }}.observed_on - (
            select h.horizon_days + h.tolerance_days
            from {{ ref('change_horizons') }} as h
            where h.horizon_days = {{ horizon }}
        )
            then {{ prices }}.last_price_{{ horizon }}d
    end
{%- endmacro %}

{#-
    The CTEs `numbered`, `with_last_prices` and `with_prices_before`: every row of the CTE `prices` with the price
    that each change is measured against, `price_before_<n>d`, null where there is none within the tolerance.

    prices   a CTE with observed_on, price_idr and the columns of the series
    series   the columns that tell one series of prices from another
-#}
{% macro with_prices_before(prices, series) -%}
numbered as (

    select
        *,
        observed_on - date '2000-01-01' as day_number
    from {{ prices }}

),

with_last_prices as (

    select
        {% for days in change_horizons() -%}
            last_value(numbered.price_idr) over {{ up_to_days_before(days, series) }}
                as last_price_{{ days }}d,
            last_value(numbered.observed_on) over {{ up_to_days_before(days, series) }}
                as last_on_{{ days }}d,
        {% endfor -%}
        numbered.*
    from numbered

),

with_prices_before as (

    select
        {% for days in change_horizons() -%}
            {{ price_before(days) }} as price_before_{{ days }}d,
        {% endfor -%}
        prices.*
    from with_last_prices as prices

)
{%- endmacro %}

{#-
    The query of the days at the distances over which changes are measured: with '+' the later days that look back at
    the given ones, with '-' the earlier ones that those look back at.
-#}
{% macro days_at_change_distances(days, direction) -%}
    select
        {{ days }}.commodity_code,
        {{ days }}.price_level,
        {{ days }}.observed_on {{ direction }} distances.distance as observed_on
    from {{ days }}
    cross join (
        select generate_series(horizon_days, horizon_days + tolerance_days) as distance
        from {{ ref('change_horizons') }}
    ) as distances
{%- endmacro %}

{#-
    The query of those of the given days on which the province has a price.

    The prices are searched day by day, which "offset 0" keeps apart: of many days that may have none, the planner
    would make a join that reads the prices of all years.
-#}
{% macro days_with_prices(days) -%}
    select
        asked.commodity_code,
        asked.price_level,
        asked.observed_on
    from (select distinct commodity_code, price_level, observed_on from {{ days }}) as asked
    cross join
        lateral (
            select
            from {{ ref('int_price_province_daily') }} as prices
            where
                prices.commodity_code = asked.commodity_code
                and prices.price_level = asked.price_level
                and prices.observed_on = asked.observed_on
            offset 0
        ) as found
{%- endmacro %}
