-- title: Constraint that was never validated
-- id: KEY004
-- area: keys
-- severity: warning
-- cost: catalog
-- why: it holds for new rows alone; what was there before may break it, and the planner
-- why: does not rely on it
-- fix: mend the rows that break it, then validate; that reads the table, and writers go
-- fix: on meanwhile
select
    format('%I.%I.%I', namespace.nspname, relation.relname, entry.conname) as subject,
    pg_get_constraintdef(entry.oid) as detail,
    format(
        'alter table %I.%I validate constraint %I;',
        namespace.nspname, relation.relname, entry.conname
    ) as fix_sql
from pg_constraint as entry
inner join pg_class as relation on entry.conrelid = relation.oid
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
where
    not entry.convalidated
    and entry.conparentid = 0
    and not relation.relispartition
    -- From PostgreSQL 18 on, a constraint may be declared as not enforced.
    and coalesce((to_jsonb(entry) ->> 'conenforced')::boolean, true)
    and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
    and not exists (
        select from pg_depend as dependency
        where
            dependency.classid = 'pg_class'::regclass
            and dependency.objid = relation.oid
            and dependency.deptype = 'e'
    )
order by subject;
