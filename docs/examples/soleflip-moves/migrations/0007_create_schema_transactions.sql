-- Create schema transactions.
-- allow: unreadable_statement, it takes over what is there by then
-- depends: 0006_move_system_logs

create schema legacy_transactions;
comment on schema legacy_transactions is 'What was in sales before.';

-- Whoever may use the old schema may use this one.
do $grants$
declare
    v_statement text;
begin
    for v_statement in
        select format(
            'grant usage on schema %s to %s', 'legacy_transactions'::regnamespace,
            case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end
        )
        from pg_catalog.pg_namespace as namespace
        cross join aclexplode(namespace.nspacl) as acl
        where
            namespace.oid = 'sales'::regnamespace
            and acl.grantee <> namespace.nspowner and acl.privilege_type = 'USAGE'
    loop
        execute v_statement;
    end loop;
end;
$grants$;
