{#- Units that a published group must have for its money to be shown: of fewer, one could work out a single unit's. -#}
{% macro fewest_units_for_money() -%}
    {{ var('fewest_units_for_money') }}
{%- endmacro %}
