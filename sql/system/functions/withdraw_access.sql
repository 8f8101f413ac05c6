-- Nothing here may stop a rollback: a role that cannot go stays.
create or replace function system.withdraw_access()
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp set jit = off
as $function$
declare
    v_statement text;
begin
    foreach v_statement in array array(
        select drift.statement from system.policy_statements(false) as drift
        union all
        select drift.statement from system.right_statements(false) as drift
        union all
        select drift.statement from system.default_statements(false) as drift
    )
    loop
        execute v_statement;
    end loop;
    if not has_table_privilege('pg_catalog.pg_authid', 'select')
        or system.has_used_roles() then
        return;
    end if;
    for v_statement in
        select format('drop role %I', present.rolname)
        from system.access_roles() as known
        inner join pg_catalog.pg_roles as present on known.name = present.rolname
        order by known.role = 'owner', known.name
    loop
        begin
            execute v_statement;
        exception
            when insufficient_privilege or dependent_objects_still_exist
                or undefined_object then
                continue; -- somebody has begun to use it, or has dropped it
        end;
    end loop;
end;
$function$;

comment on function system.withdraw_access() is
'Take back what the roles of the toolkit have been granted in this installation, and its
policies, and drop the roles when nothing uses any of them, in any database. Rolling
back what refresh_access() needs does this first. Who may not see passwords drops none.';
