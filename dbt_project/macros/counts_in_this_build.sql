{#-
    Whether a row of a raw table counts: its load is the newest of its submission, or a release of a held row, and it
    is not withdrawn. As of the last change that this build covers, so that what a person does while the build runs is
    not half in it.
-#}
{% macro counts_in_this_build(raw_rows) -%}
    {%- set last -%}
        (select build_range.to_load_seq from {{ ref('build_range') }} as build_range)
    {%- endset -%}
    {{ raw_rows }}.load_seq in (
        select loads.load_seq
        from {{ ref('stg_loads') }} as loads
        where loads.load_seq <= {{ last }} and coalesce(loads.until_seq > {{ last }}, true)
    )
    and not exists (
        select 1
        from {{ ref('stg_withdrawals') }} as withdrawals
        where
            withdrawals.submission_id = {{ raw_rows }}.submission_id
            and coalesce(withdrawals.sheet = {{ raw_rows }}.sheet, true)
            and {{ raw_rows }}.row_number <@ withdrawals.row_numbers
            and withdrawals.from_seq <= {{ last }}
            and coalesce(withdrawals.until_seq > {{ last }}, true)
    )
{%- endmacro %}
