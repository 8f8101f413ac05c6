-- title: Table that every login may use
-- id: SEC003
-- area: security
-- severity: warning
-- cost: catalog
-- why: a right of PUBLIC belongs to every role there is, and to every one to come
-- fix: revoke it, and grant it to the roles that need it
select
    format('%I.%I', namespace.nspname, relation.relname) as subject,
    format(
        'PUBLIC may %s',
        lower(string_agg(access.privilege_type, ', ' order by access.privilege_type))
    ) as detail,
    format(
        'revoke %s on %I.%I from public;',
        lower(string_agg(access.privilege_type, ', ' order by access.privilege_type)),
        namespace.nspname, relation.relname
    ) as fix_sql,
    format(
        'grant %s on %I.%I to public;',
        lower(string_agg(access.privilege_type, ', ' order by access.privilege_type)),
        namespace.nspname, relation.relname
    ) as undo_sql,
    case
        when bool_or(access.privilege_type <> 'SELECT') then 'error' else 'warning'
    end as severity
from pg_class as relation
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
cross join lateral aclexplode(relation.relacl) as access
where
    relation.relkind in ('r', 'p', 'v', 'm', 'f')
    and access.grantee = 0
    and not relation.relispartition
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
