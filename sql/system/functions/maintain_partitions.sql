-- One failing table shall not stop the others; its error is returned and logged.
-- The search_path of the caller is an argument for the reason that partition_by_time()
-- has.
create or replace function system.maintain_partitions(
    p_search_path text default current_setting('search_path')
)
returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_partman text;
    v_table text;
    v_done integer := 0;
    v_failed text[];
begin
    select namespace.nspname::text into strict v_partman
    from pg_catalog.pg_extension as extension
    inner join pg_catalog.pg_namespace as namespace
        on extension.extnamespace = namespace.oid
    where extension.extname = 'pg_partman';
    for v_table in
        execute format(
            'select parent_table from %I.part_config'
            ' where split_part(parent_table, ''.'', 1) = any($1) order by parent_table',
            v_partman
        )
        using array(
            select namespace.nspname::text
            from pg_catalog.pg_namespace as namespace
            where
                namespace.oid in (
                    'integration'::regnamespace, 'sync'::regnamespace,
                    'equities'::regnamespace, 'system'::regnamespace,
                    'transactions'::regnamespace, 'platforms'::regnamespace
                )
        )
    loop
        begin
            execute format('select %I.run_maintenance($1)', v_partman) using v_table;
            v_done := v_done + 1;
        exception
            when others then
                v_failed := v_failed
                || format('%s: %s (%s)', v_table, sqlerrm, sqlstate);
                insert into system.logs (level, component, message, details)
                values (
                    'error', 'partitions', 'maintenance of ' || v_table || ' failed',
                    jsonb_build_object('sqlstate', sqlstate, 'message', sqlerrm)
                );
        end;
    end loop;
    perform set_config('search_path', p_search_path, false);
    if v_failed is not null then
        return format('%s kept; failed: %s', v_done, array_to_string(v_failed, '; '));
    end if;
    return format('%s kept', v_done);
end;
$function$;

comment on function system.maintain_partitions(text) is
'Make the coming partitions and drop the expired ones of every table of the toolkit.
Returns how many tables were kept, and the error of each that was not; those are in
system.logs too. p_search_path: that of the caller. Errors: P0002 without pg_partman.';
