{#- The month that price indices take as 100, var price_index_base_month. -#}
{% macro index_base_month() -%}
    date '{{ var("price_index_base_month") }}'
{%- endmacro %}
