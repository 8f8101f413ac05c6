-- The lock that triggers need is taken first, so that no change falls between what is
-- read of the table and what is generated for it.
create or replace function system.enable_audit(
    p_table regclass,
    p_retention interval default null,
    p_search_path text default current_setting('search_path')
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_registered system.audited_tables;
    v_has_gap boolean;
begin
    perform system.require_auditable(p_table);
    execute format('lock table %s in share row exclusive mode', p_table);
    perform system.require_own_triggers(p_table);
    select registered.* into v_registered
    from system.audited_tables as registered
    where registered.audited = p_table
    for update;
    if found and system.has_other_key(v_registered.name) then
        perform system.retire_history(v_registered.name);
        v_registered := null;
    end if;
    if v_registered.name is null then
        v_registered := system.create_history(p_table);
        v_has_gap := true;
    else
        v_has_gap := not v_registered.is_enabled;
    end if;
    perform system.partition_by_time(
        v_registered.history, 'trail_at', 'monthly', 2, current_date, p_retention,
        p_search_path => p_search_path
    );
    if v_has_gap then
        update system.audited_tables
        set is_enabled = true, recorded_since = clock_timestamp()
        where name = v_registered.name;
    end if;
    perform system.record_shape(v_registered.name, v_has_gap);
    perform system.generate_audit_functions(v_registered.name);
    perform system.create_audit_triggers(v_registered.name);
    perform system.generate_audit_log();
end;
$function$;

comment on function system.enable_audit(regclass, interval, text) is
'Record every change of a table from now on: who, when, why, and the old row. Safe to
repeat. p_table: with a primary key. p_retention: age at which the history of a
month is dropped, default never. p_search_path: that of the caller. Takes SHARE ROW
EXCLUSIVE on the table for an instant. Errors: MD401 without a primary key; MD402
for what cannot be audited; 55000 when another installation audits it; P0002 without
pg_partman.';
