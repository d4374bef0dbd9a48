{#-
    Whether a unit has the workers and the investment that a line of the seed size_classes asks for. A line that leaves
    workers open needs none to be stated; investment must be stated even where its bound is open.
-#}
{% macro size_class_holds(unit, line) -%}
    (
        (
            {{ unit }}.worker_count between {{ line }}.workers_min and coalesce({{ line }}.workers_max, 2147483647)
            or ({{ line }}.workers_min = 0 and {{ line }}.workers_max is null)
        )
        and (
            {{ unit }}.investment_idr > {{ line }}.investment_min_idr
            or ({{ line }}.is_min_included and {{ unit }}.investment_idr = {{ line }}.investment_min_idr)
        )
        and (
            {{ line }}.investment_max_idr is null
            or {{ unit }}.investment_idr < {{ line }}.investment_max_idr
            or ({{ line }}.is_max_included and {{ unit }}.investment_idr = {{ line }}.investment_max_idr)
        )
    )
{%- endmacro %}
