"""What the published columns mean, from their comments, which dbt's descriptions became."""

_DEFINITIONS = """
select
    class.relname as table_name,
    attribute.attname as column_name,
    obj_description(class.oid, 'pg_class') as table_comment,
    col_description(class.oid, attribute.attnum) as column_comment
from pg_catalog.pg_class as class
inner join pg_catalog.pg_namespace as namespace on class.relnamespace = namespace.oid
inner join pg_catalog.pg_attribute as attribute on class.oid = attribute.attrelid
where
    namespace.nspname = 'marts' and class.relkind in ('r', 'p', 'v')
    and attribute.attnum > 0 and not attribute.attisdropped
order by class.relname, attribute.attnum
"""

QUESTIONS = {"definitions": _DEFINITIONS}
