{#-
    The rows of a relation that a test looks at. Of a model that is built by touched keys, only their rows: nothing else
    can have changed since the tests passed, and a night's tests must not grow with history. After a full build every row
    is looked at, and so it is with `--vars '{test_everything: true}'`, whatever was touched.

    touched     another touched model than the relation's own, for a test that compares two models
    touched_by  its columns
-#}
{% macro tested_rows(relation, touched=none, touched_by=none) -%}
    {%- set found = namespace(touched=touched, touched_by=touched_by) -%}
    {%- if execute and touched is none -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.name == relation.identifier -%}
            {%- set found.touched = node.config.get('touched') -%}
            {%- set found.touched_by = node.config.get('touched_by') -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set conditions = [] -%}
    {%- if config.get('where') -%}
        {%- do conditions.append(config.get('where')) -%}
    {%- endif -%}
    {%- if found.touched and not var('test_everything') and not flags.FULL_REFRESH -%}
        {%- set keys = found.touched_by | join(', ') -%}
        {%- set touched_keys = relation.incorporate(path={'identifier': found.touched}) -%}
        {%- do conditions.append('(' ~ keys ~ ') in (select ' ~ keys ~ ' from ' ~ touched_keys ~ ')') -%}
    {%- endif -%}
    {%- if conditions -%}
        {{ return('(select * from ' ~ relation ~ ' where ' ~ conditions | join(' and ') ~ ') as tested') }}
    {%- else -%}
        {{ return(relation) }}
    {%- endif -%}
{%- endmacro %}

{#- dbt asks this macro what a generic test selects from. -#}
{% macro default__get_where_subquery(relation) -%}
    {{ return(tested_rows(relation)) }}
{%- endmacro %}
