{#-
    At the end of a query: its columns are computed once per row, however often the query around it uses them. Without
    it the planner writes their expressions out in each place.
-#}
{% macro computed_once() -%}
    offset 0
{%- endmacro %}
