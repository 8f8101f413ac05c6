-- title: Schema in which anybody may create
-- id: SEC002
-- area: security
-- severity: error
-- cost: catalog
-- why: any login can put a function or table in the way of a name that others use
-- fix: revoke the right, and grant it to the roles that deploy
select
    'PUBLIC may create objects in it' as detail,
    quote_ident(namespace.nspname) as subject,
    format('revoke create on schema %I from public;', namespace.nspname) as fix_sql,
    format('grant create on schema %I to public;', namespace.nspname) as undo_sql
from pg_namespace as namespace
where
    namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
    and exists (
        select from aclexplode(namespace.nspacl) as access
        where access.grantee = 0 and access.privilege_type = 'CREATE'
    )
order by subject;
