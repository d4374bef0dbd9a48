{#-
    Whether a row with valid_from_on and valid_to_on (null: still in force) is in force on any day of a year.

    mandates    the row: of the seeds mandates or programme_signups, of dim_mandate
    year        an integer
-#}
{% macro in_force_in_year(mandates, year) -%}
    (
        {{ mandates }}.valid_from_on < make_date({{ year }} + 1, 1, 1)
        and coalesce({{ mandates }}.valid_to_on >= make_date({{ year }}, 1, 1), true)
    )
{%- endmacro %}

{#- Whether a regency has agreed to a field (mandates.field) for a year. -#}
{% macro is_mandated(regency_code, field, year) -%}
    exists (
        select 1
        from {{ ref('mandates') }} as mandates
        where
            mandates.regency_code = {{ regency_code }}
            and mandates.field = '{{ field }}'
            and {{ in_force_in_year('mandates', year) }}
    )
{%- endmacro %}
