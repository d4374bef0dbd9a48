{#-
    The price a change is measured against: that of the last observation at or before the day `horizon` days earlier,
    if it is not older than the tolerance. Used in a query with a window `series` ordered by `day_number`.
-#}
{% macro price_before(horizon) -%}
    last_value(price_idr) over (
        series range between
        (select h.horizon_days + h.tolerance_days from {{ ref('change_horizons') }} as h where h.horizon_days = {{ horizon }})
        preceding and {{ horizon }} preceding
    )
{%- endmacro %}

{#- (value - base) / base x 100, at most six decimals. -#}
{% macro percent_above(value, base) -%}
    trim_scale(round(({{ value }} - {{ base }}) * 100.0 / {{ base }}, 6))
{%- endmacro %}

{#- part / whole x 100, at most six decimals. -#}
{% macro percent_of(part, whole) -%}
    trim_scale(round({{ part }} * 100.0 / {{ whole }}, 6))
{%- endmacro %}

{% macro change_horizons() -%}
    {{ return([1, 7, 30, 365]) }}
{%- endmacro %}
