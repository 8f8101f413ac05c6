-- allow: unreadable_statement, it takes over what is there by then
alter sequence legacy_system.system_logs_id_seq owned by none;
alter sequence legacy_system.system_logs_id_seq set schema public;
create view public.system_logs with (security_invoker = true) as
select
    id,
    level,
    message,
    created_at
from legacy_system.logs;
comment on view public.system_logs is
'Old name of a table that has moved; reads and writes go to legacy_system.logs.';

-- Whoever may use the table may use it by its old name too.
do $grants$
declare
    v_statement text;
begin
    for v_statement in
        select format(
            'grant %s on public.system_logs to %s', acl.privilege_type,
            case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end
        )
        from pg_catalog.pg_class as class
        cross join aclexplode(class.relacl) as acl
        where
            class.oid = 'legacy_system.logs'::regclass
            and acl.grantee <> class.relowner
            and acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        union all
        select format(
            'grant %s (%I) on public.system_logs to %s', acl.privilege_type,
            attribute.attname,
            case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end
        )
        from pg_catalog.pg_attribute as attribute
        cross join aclexplode(attribute.attacl) as acl
        where
            attribute.attrelid = 'legacy_system.logs'::regclass
            and acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE')
        union all
        select format(
            'alter view public.system_logs owner to %s', class.relowner::regrole
        )
        from pg_catalog.pg_class as class
        where class.oid = 'legacy_system.logs'::regclass
    loop
        execute v_statement;
    end loop;
end;
$grants$;
