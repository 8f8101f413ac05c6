-- title: Row-level policies that are not in force
-- id: RLS002
-- area: security
-- severity: error
-- cost: catalog
-- why: somebody wrote down who may see which row, and everybody sees all of them
-- fix: enable row-level security after a look at who reads the table, or drop the
-- fix: policies
select
    format('%I.%I', namespace.nspname, relation.relname) as subject,
    format(
        'policies %s', string_agg(
            quote_ident(policy.polname), ', ' order by policy.polname
        )
    ) as detail,
    format(
        'alter table %I.%I enable row level security;',
        namespace.nspname, relation.relname
    ) as fix_sql,
    format(
        'alter table %I.%I disable row level security;',
        namespace.nspname, relation.relname
    ) as undo_sql
from pg_policy as policy
inner join pg_class as relation on policy.polrelid = relation.oid
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
where
    not relation.relrowsecurity
    and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
    and not exists (
        select from pg_depend as dependency
        where
            dependency.classid = 'pg_class'::regclass
            and dependency.objid = relation.oid
            and dependency.deptype = 'e'
    )
group by namespace.nspname, relation.relname
order by subject;
