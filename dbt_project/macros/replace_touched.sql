{#-
    Incremental strategy `replace_touched`: delete every row whose key was touched, insert the rows as they are now.

    Unlike delete+insert it also removes a key that no longer has a row (withdrawn, say), because the keys to delete
    come from the touched model and not from the new rows.

    config: touched     the model that names the keys
            touched_by  the columns that both have and that say which rows belong to a touched key
-#}
{% macro get_incremental_replace_touched_sql(arg_dict) %}
    {%- set target = arg_dict["target_relation"] -%}
    {%- set touched_by = config.require("touched_by") -%}
    {%- set columns = get_quoted_csv(arg_dict["dest_columns"] | map(attribute="name")) -%}

    delete from {{ target }} as stale
    using (select distinct {{ touched_by | join(", ") }} from {{ ref(config.require("touched")) }}) as touched
    where
        {% for column in touched_by -%}
        stale.{{ column }} = touched.{{ column }}{{ " and " if not loop.last }}
        {% endfor -%}
    ;

    insert into {{ target }} ({{ columns }})
    select {{ columns }} from {{ arg_dict["temp_relation"] }}
{% endmacro %}
