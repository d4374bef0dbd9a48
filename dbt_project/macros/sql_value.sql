{#- A variable as a typed SQL literal; null when it was not given. -#}
{% macro sql_value(value, type) -%}
    {%- if value is none -%}
        cast(null as {{ type }})
    {%- else -%}
        cast('{{ value }}' as {{ type }})
    {%- endif -%}
{%- endmacro %}
