-- Create schema system.
-- allow: unreadable_statement, it takes over what is there by then
-- depends: 0003_move_sizes

create schema legacy_system;
comment on schema legacy_system is 'What was in public before.';

-- Whoever may use the old schema may use this one.
do $grants$
declare
    v_statement text;
begin
    for v_statement in
        select format(
            'grant usage on schema %s to %s', 'legacy_system'::regnamespace,
            case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end
        )
        from pg_catalog.pg_namespace as namespace
        cross join aclexplode(namespace.nspacl) as acl
        where
            namespace.oid = 'public'::regnamespace
            and acl.grantee <> namespace.nspowner and acl.privilege_type = 'USAGE'
    loop
        execute v_statement;
    end loop;
end;
$grants$;
