{#- The code of the province wherever a table says regency or province. -#}
{% macro province_code() -%}
    '35'
{%- endmacro %}
