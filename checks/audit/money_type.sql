-- title: Column of type money
-- id: TYP002
-- area: types
-- severity: warning
-- cost: catalog
-- why: its currency and its decimals follow lc_monetary, so a restore on another
-- why: server changes what the amounts mean
-- fix: keep integer cents beside a currency, or numeric; the change rewrites the table
select
    format('%I.%I.%I', namespace.nspname, relation.relname, attribute.attname)
        as subject,
    format('lc_monetary is %s', current_setting('lc_monetary')) as detail,
    format(
        'alter table %I.%I alter column %I type numeric;',
        namespace.nspname, relation.relname, attribute.attname
    ) as fix_sql,
    format(
        'alter table %I.%I alter column %I type money;',
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
    and attribute.atttypid = 'money'::regtype
    and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
    and not exists (
        select from pg_depend as dependency
        where
            dependency.classid = 'pg_class'::regclass
            and dependency.objid = relation.oid
            and dependency.deptype = 'e'
    )
order by subject;
