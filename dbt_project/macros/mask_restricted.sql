{#- The value of a field, hidden where a contract classifies the field as restricted. -#}
{% macro mask_restricted(value, field) -%}
    {%- set fields = var('restricted_fields') -%}
    {%- if fields -%}
        case when {{ field }} in ('{{ fields | join("', '") }}') then '•••' else {{ value }} end
    {%- else -%}
        {{ value }}
    {%- endif -%}
{%- endmacro %}
