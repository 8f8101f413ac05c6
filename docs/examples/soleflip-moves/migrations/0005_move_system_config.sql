-- Move system config.
-- allow: rename, the old name stays, as a view, until the contract is released
-- allow: unreadable_statement, it takes over what is there by then
-- depends: 0004_create_schema_system

-- legacy_system.config is the real one from here on. The old name,
-- public.system_config, stays as a view through which everything reads and
-- writes as before, until the contract is released.
alter table public.system_config rename to config;
alter table public.config set schema legacy_system;
create view public.system_config with (security_invoker = true) as
select
    key,
    value,
    updated_at
from legacy_system.config;
comment on view public.system_config is
'Old name of a table that has moved; reads and writes go to legacy_system.config.';

-- Whoever may use the table may use it by its old name too.
do $grants$
declare
    v_statement text;
begin
    for v_statement in
        select format(
            'grant %s on public.system_config to %s', acl.privilege_type,
            case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end
        )
        from pg_catalog.pg_class as class
        cross join aclexplode(class.relacl) as acl
        where
            class.oid = 'legacy_system.config'::regclass
            and acl.grantee <> class.relowner
            and acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        union all
        select format(
            'grant %s (%I) on public.system_config to %s', acl.privilege_type,
            attribute.attname,
            case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end
        )
        from pg_catalog.pg_attribute as attribute
        cross join aclexplode(attribute.attacl) as acl
        where
            attribute.attrelid = 'legacy_system.config'::regclass
            and acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE')
        union all
        select format(
            'alter view public.system_config owner to %s', class.relowner::regrole
        )
        from pg_catalog.pg_class as class
        where class.oid = 'legacy_system.config'::regclass
    loop
        execute v_statement;
    end loop;
end;
$grants$;
