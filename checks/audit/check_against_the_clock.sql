-- title: Check constraint that looks at the clock
-- id: KEY016
-- area: keys
-- severity: warning
-- cost: catalog
-- why: a row that was right yesterday breaks it today, so a dump cannot be restored
-- fix: move the rule to a trigger or to the writer, and drop the constraint
select
    format('%I.%I.%I', namespace.nspname, relation.relname, entry.conname) as subject,
    pg_get_constraintdef(entry.oid) as detail,
    format(
        'alter table %I.%I drop constraint %I;',
        namespace.nspname, relation.relname, entry.conname
    ) as fix_sql,
    format(
        'alter table %I.%I add constraint %I %s;', namespace.nspname,
        relation.relname, entry.conname, pg_get_constraintdef(entry.oid)
    ) as undo_sql
from pg_constraint as entry
inner join pg_class as relation on entry.conrelid = relation.oid
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
where
    entry.contype = 'c'
    and entry.conparentid = 0
    and not relation.relispartition
    and pg_get_constraintdef(entry.oid) ~* (
        '\m(now\(\)|\w+_timestamp\(\)'
        || '|(current_(date|timestamp|time)|local(time|timestamp))\M)'
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
