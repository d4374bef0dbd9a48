{#-
    The query of the rows in force: of every key the row that was received last, then of the greater submission, load,
    sheet and row. Supersession as the design has it.

    rows    a CTE of accepted rows with received_at, submission_id, load_seq, sheet and row_number
    key     the columns that tell what a row is about
-#}
{% macro latest_accepted(rows, key) -%}
    select distinct on ({{ key | join(", ") }}) *
    from {{ rows }}
    order by
        {{ key | join(" asc, ") }} asc,
        received_at desc,
        submission_id desc,
        load_seq desc,
        sheet desc,
        row_number desc
{%- endmacro %}
