{#-
    The query of the keys that rows of the touched loads are about, each once.

    rows    a CTE of rows with load_seq
    key     the columns that tell what a row is about

    The rows are searched load by load, which "offset 0" keeps apart: the statistics know of few but huge loads of
    history, so for a plain join the planner would read every row there is.
-#}
{% macro keys_of_touched_loads(rows, key) -%}
    select distinct
        {% for column in key -%}
            found.{{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('touched_load') }} as touched_loads
    cross join
        lateral (
            select {{ rows }}.*
            from {{ rows }}
            where {{ rows }}.load_seq = touched_loads.load_seq
            offset 0
        ) as found
{%- endmacro %}
