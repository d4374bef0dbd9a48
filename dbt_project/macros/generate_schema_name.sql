{#- Everything dbt makes lives in the one work schema; readers are served from `marts` by publication. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ target.schema }}
{%- endmacro %}
