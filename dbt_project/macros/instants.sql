{#- An hour of a day in Asia/Jakarta as an instant. -#}
{% macro jakarta_instant(day, hour) -%}
    ((({{ day }})::date + time '{{ hour }}') at time zone 'Asia/Jakarta')
{%- endmacro %}
