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

{#-
    The query of the rows about the given keys, searched key by key: whatever the planner expects of a join over all
    columns of a key, rows are read by the index, and of a partitioned table only the partitions of the keys.

    rows    a CTE of rows
    keys    the relation of the keys
    key     the columns of a key
-#}
{% macro rows_of_keys(rows, keys, key) -%}
    select found.*
    from {{ keys }} as keys
    cross join
        lateral (
            select {{ rows }}.*
            from {{ rows }}
            where
                {% for column in key -%}
                    {{ rows }}.{{ column }} = keys.{{ column }}
                    {{ 'and ' if not loop.last }}
                {%- endfor %}
            {{ kept_apart() }}
        ) as found
{%- endmacro %}

{#-
    Ends a lateral query that is to be searched for every row before it: "offset 0" keeps the planner from making a join
    of it, which would read the whole table where it expects many rows.
-#}
{% macro kept_apart() -%}
    offset 0
{%- endmacro %}
