{#- (value - base) / base x 100, at most ten decimals. -#}
{% macro percent_above(value, base) -%}
    trim_scale(round(({{ value }} - {{ base }}) * 100.0 / {{ base }}, 10))
{%- endmacro %}

{#- part / whole x 100, at most ten decimals. -#}
{% macro percent_of(part, whole) -%}
    trim_scale(round({{ part }} * 100.0 / {{ whole }}, 10))
{%- endmacro %}
