{#-
    The query of the months with enough days (month_min_days in the seed parameters). Others count nowhere: neither on
    their own nor as the months that others are compared with.
-#}
{% macro months_with_enough_days() -%}
    select months.*
    from {{ ref('int_price_month') }} as months
    where months.day_count >= (
        select enough.value
        from {{ ref('parameters') }} as enough
        where enough.parameter = 'month_min_days'
    )
{%- endmacro %}
