-- title: Column that a migration left behind
-- id: STR026
-- area: structure
-- severity: warning
-- cost: catalog
-- why: with both status and status_new, one of them is wrong and nobody knows which
-- fix: compare the two columns, keep the one that is written, and drop the other
select
    format('%I.%I.%I', namespace.nspname, relation.relname, leftover.attname)
        as subject,
    format(
        '%s beside %I (%s)', format_type(leftover.atttypid, leftover.atttypmod),
        kept.attname, format_type(kept.atttypid, kept.atttypmod)
    ) as detail
from pg_class as relation
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
inner join pg_attribute as leftover on relation.oid = leftover.attrelid
inner join pg_attribute as kept on relation.oid = kept.attrelid
where
    relation.relkind in ('r', 'p')
    and not relation.relispartition
    and leftover.attnum > 0
    and kept.attnum > 0
    and not leftover.attisdropped
    and not kept.attisdropped
    and leftover.attname ~* '_(new|old|bak|backup|tmp|temp|copy|deprecated|v\d+)$'
    and kept.attname = regexp_replace(leftover.attname, '_[^_]+$', '')
    and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
    and not exists (
        select from pg_depend as dependency
        where
            dependency.classid = 'pg_class'::regclass
            and dependency.objid = relation.oid
            and dependency.deptype = 'e'
    )
order by subject;
