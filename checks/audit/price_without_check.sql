-- title: Price that may be negative
-- id: KEY011
-- area: keys
-- severity: info
-- cost: catalog
-- why: providers send 0 or -1 for "none", and a minimum over such rows is taken for
-- why: the best offer
-- fix: add the check as not valid, mend the old rows, then validate it
select
    format('%I.%I.%I', namespace.nspname, relation.relname, attribute.attname)
        as subject,
    format(
        '%s without a check', format_type(attribute.atttypid, attribute.atttypmod)
    ) as detail,
    format(
        'alter table %I.%I add constraint %I check (%I >= 0::%s) not valid;',
        namespace.nspname, relation.relname,
        left(relation.relname || '_' || attribute.attname, 46) || '_is_not_negative',
        attribute.attname, format_type(attribute.atttypid, null)
    ) as fix_sql,
    format(
        'alter table %I.%I drop constraint %I;',
        namespace.nspname, relation.relname,
        left(relation.relname || '_' || attribute.attname, 46) || '_is_not_negative'
    ) as undo_sql
from pg_class as relation
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
inner join pg_attribute as attribute on relation.oid = attribute.attrelid
where
    relation.relkind in ('r', 'p')
    and not relation.relispartition
    and attribute.attnum > 0
    and not attribute.attisdropped
    and attribute.attgenerated = ''
    and attribute.atttypid in (
        'int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype,
        'float4'::regtype, 'float8'::regtype, 'money'::regtype
    )
    and attribute.attname ~* '(^|_)(price|ask|bid|cost|fee)(_cents|_amount|_eur|_usd)?$'
    and not exists (
        select from pg_constraint as entry
        where
            entry.conrelid = relation.oid
            and entry.contype = 'c'
            and attribute.attnum = any(entry.conkey)
    )
    and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
    and not exists (
        select from pg_depend as dependency
        where
            dependency.classid = 'pg_class'::regclass
            and dependency.objid = relation.oid
            and dependency.deptype = 'e'
    )
order by subject;
