{#-
    Whether a unit is of the size class that a line of the seed size_classes describes, by the rule in force on the last
    day of its data year. A line that leaves workers open needs none to be stated; a bound of investment that is open
    still needs the investment.
-#}
{% macro size_class_holds(unit, line) -%}
    (
        make_date({{ unit }}.data_year, 12, 31)
        between {{ line }}.valid_from and coalesce({{ line }}.valid_to, 'infinity'::date)
        and (
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
