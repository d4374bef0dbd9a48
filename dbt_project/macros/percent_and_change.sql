{#- (value - base) / base x 100, at most six decimals. -#}
{% macro percent_above(value, base) -%}
    trim_scale(round(({{ value }} - {{ base }}) * 100.0 / {{ base }}, 6))
{%- endmacro %}

{#- part / whole x 100, at most six decimals. -#}
{% macro percent_of(part, whole) -%}
    trim_scale(round({{ part }} * 100.0 / {{ whole }}, 6))
{%- endmacro %}

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
