create or replace function system.require_revertible(
    p_name text, p_transaction bigint
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_registered system.audited_tables;
    v_conflicts text;
begin
    select registered.* into strict v_registered
    from system.audited_tables as registered where registered.name = p_name;
    if not v_registered.is_enabled
        or system.stale_audit_reason(p_name) is not null
    then
        raise exception 'transaction % cannot be reverted', p_transaction
            using errcode = 'MD405',
                detail = format(
                    'The trail of %s does not record everything: %s.',
                    v_registered.audited,
                    coalesce(system.stale_audit_reason(p_name), 'it is off')
                ),
                hint = 'See system.enable_audit() and system.refresh_audit().';
    end if;
    execute format(
        'lock table %s in share row exclusive mode', v_registered.audited
    );
    execute system.conflicts_query(v_registered)
    into v_conflicts
    using p_transaction, v_registered.audited, v_registered.recorded_since;
    if v_conflicts is not null then
        raise exception 'transaction % cannot be reverted', p_transaction
            using errcode = 'MD405',
                detail = v_conflicts,
                hint = 'Revert what came later first, or mend the rows by hand.';
    end if;
end;
$function$;

comment on function system.require_revertible(text, bigint) is
'Lock an audited table, and refuse when a row that a transaction changed in it was
changed by another since. p_name: of system.audited_tables. Errors: MD405, with up
to ten rows.';
