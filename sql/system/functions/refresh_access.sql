-- What the present role may not do is left for an administrator, who finds it in
-- access_drift(). Twice, since a role that is created wants rights then; a round for
-- that which needs another one's outcome would find nothing to do.
create or replace function system.refresh_access(p_role_prefix text default null)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp set jit = off
as $function$
declare
    v_statement text;
    v_done integer := 0;
begin
    if p_role_prefix <> (select role_prefix from system.installation) then
        perform system.withdraw_access();
        update system.installation set role_prefix = p_role_prefix;
        v_done := 1;
    end if;
    for v_round in 1..2 loop
        foreach v_statement in array array(
            select drift.statement from system.access_drift() as drift
        )
        loop
            begin
                execute v_statement;
                v_done := v_done + 1;
            exception
                when insufficient_privilege or duplicate_object or unique_violation then
                    continue; -- an administrator's to do, or done by another run just now
            end;
        end loop;
    end loop;
    return v_done;
end;
$function$;

comment on function system.refresh_access(text) is
'Give the roles what system.access_rules() says, and the tables their policies; create
the roles that are missing. Safe to repeat; "mdt apply" does. Returns how many
statements that took. p_role_prefix: what names of roles begin with, default as before;
those with another beginning lose their rights. For what could not be done see
system.access_drift().';
