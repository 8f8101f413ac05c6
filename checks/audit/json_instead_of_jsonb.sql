-- title: Column of type json
-- id: TYP005
-- area: types
-- severity: info
-- cost: catalog
-- why: json is text that is parsed again at every read, and can neither be indexed nor
-- why: compared
-- fix: change the type to jsonb; it rewrites the table, and drops duplicate keys and
-- fix: the order of keys, which must not matter to a reader
select
    'json' as detail,
    format('%I.%I.%I', namespace.nspname, relation.relname, attribute.attname)
        as subject,
    format(
        'alter table %I.%I alter column %I type jsonb;',
        namespace.nspname, relation.relname, attribute.attname
    ) as fix_sql,
    format(
        'alter table %I.%I alter column %I type json;',
        namespace.nspname, relation.relname, attribute.attname
    ) as undo_sql
from pg_class as relation
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
inner join pg_attribute as attribute on relation.oid = attribute.attrelid
where
    relation.relkind in ('r', 'p')
    and not relation.relispartition
    and attribute.attnum > 0
    and not attribute.attisdropped
    and attribute.atttypid = 'json'::regtype
    and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
    and not exists (
        select from pg_depend as dependency
        where
            dependency.classid = 'pg_class'::regclass
            and dependency.objid = relation.oid
            and dependency.deptype = 'e'
    )
order by subject;
