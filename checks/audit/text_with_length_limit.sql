-- title: Text with a length limit
-- id: TYP006
-- area: types
-- severity: info
-- cost: catalog
-- why: the limit saves nothing, and the first longer value, such as a 14-digit code in
-- why: a varchar(13), fails a whole import; char(n) also pads with spaces
-- fix: use text, with a check where a limit is a rule; varchar becomes text at once,
-- fix: char(n) rewrites the table

-- Fixed codes of up to three letters, such as a currency, are left alone.
select
    format('%I.%I.%I', namespace.nspname, relation.relname, attribute.attname)
        as subject,
    format_type(attribute.atttypid, attribute.atttypmod) as detail,
    case
        when partitioning.partrelid is null
            then
                format(
                    'alter table %I.%I alter column %I type text;',
                    namespace.nspname, relation.relname, attribute.attname
                )
    end as fix_sql,
    case
        when partitioning.partrelid is null
            then
                format(
                    'alter table %I.%I alter column %I type %s;', namespace.nspname,
                    relation.relname, attribute.attname,
                    format_type(attribute.atttypid, attribute.atttypmod)
                )
    end as undo_sql
from pg_class as relation
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
inner join pg_attribute as attribute on relation.oid = attribute.attrelid
-- The type of a partition key cannot be changed in place.
left join pg_partitioned_table as partitioning
    on
        relation.oid = partitioning.partrelid
        and attribute.attnum = any(partitioning.partattrs::int2[])
where
    relation.relkind in ('r', 'p')
    and not relation.relispartition
    and attribute.attnum > 0
    and not attribute.attisdropped
    and attribute.atttypid in ('varchar'::regtype, 'bpchar'::regtype)
    and attribute.atttypmod > 4 + 3
    and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
    and not exists (
        select from pg_depend as dependency
        where
            dependency.classid = 'pg_class'::regclass
            and dependency.objid = relation.oid
            and dependency.deptype = 'e'
    )
order by subject;
