{#- Days that the closing stock would last at the daily need, at most ten decimals; null without a need. -#}
{% macro days_of_cover(closing, daily_need) -%}
    trim_scale(round({{ closing }} / nullif({{ daily_need }}, 0), 10))
{%- endmacro %}
