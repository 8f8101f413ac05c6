-- The partition cannot be made while rows of its period are in the default partition,
-- and they shall be missing for nobody: so both happens in one transaction. Writers
-- wait at the table itself: one that had chosen the default partition already would be
-- refused there as soon as that takes its row no longer. Readers wait for the last
-- moment only.
create or replace function system.make_partition(
    p_table regclass,
    p_starts_at timestamptz,
    p_search_path text default current_setting('search_path')
)
returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $function$
declare
    v_referred regclass;
    v_has_strays boolean;
    v_moved bigint := 0;
begin
    for v_referred in
        select reference.confrelid::regclass
        from pg_catalog.pg_constraint as reference
        where reference.conrelid = p_table and reference.contype = 'f'
        group by reference.confrelid
        order by reference.confrelid
    loop
        execute format('lock table %s in share row exclusive mode', v_referred);
    end loop;
    execute format('lock table only %s in share row exclusive mode', p_table);
    select strays.is_found into strict v_has_strays
    from system.find_strays(p_table, p_starts_at) as strays;
    if v_has_strays then
        v_moved := system.take_strays(p_table, p_starts_at);
    end if;
    perform system.create_partition(p_table, p_starts_at, p_search_path);
    if v_has_strays then
        perform system.place_strays(p_table, p_starts_at);
    end if;
    return v_moved;
end;
$function$;

comment on function system.make_partition(regclass, timestamptz, text) is
'Make the partition of one period, and move the rows into it that are in the default
partition; return how many. Its caller holds off other maintainers. p_table: of
system.partitioned_tables. p_starts_at: begin of the period. p_search_path: that of the
caller. Errors: 55000 when moving the rows would change rows that refer to them.';
