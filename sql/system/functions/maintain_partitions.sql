-- One failing table shall not stop the others; its error is returned and logged. What
-- may take long comes first for all of them: dropping and archiving lock a table for
-- its readers until the transaction ends. A lock is waited for less long than what
-- deadlock_timeout is by default: of two that wait for each other the application wins.
create or replace function system.maintain_partitions(
    p_table regclass default null,
    p_at timestamptz default now(),
    p_lock_timeout text default '700ms',
    p_search_path text default current_setting('search_path')
)
returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_lock_timeout constant text := current_setting('lock_timeout');
    v_step text;
    v_table regclass;
    v_done jsonb;
    v_counts jsonb[] := array[]::jsonb[];
    v_errors text[] := array[]::text[];
    v_failed regclass[] := array[]::regclass[];
    v_tables regclass[];
begin
    perform set_config('lock_timeout', p_lock_timeout, true);
    delete from system.partitioned_tables as kept
    where
        not exists (
            select from pg_catalog.pg_class as class where class.oid = kept.parent
        );
    v_tables := array(
        select kept.parent
        from system.partitioned_tables as kept
        where kept.parent = p_table or p_table is null
        order by kept.parent::text
    );
    for v_step, v_table in
        select
            step.name,
            tables.parent
        from unnest(array['fill', 'expire', 'retire']) with ordinality
            as step (name, place)
        cross join unnest(v_tables) as tables (parent)
        order by step.place, tables.parent::text
    loop
        begin
            v_done := case v_step
                when 'fill' then (
                    select to_jsonb(filled)
                    from system.fill_partitions(
                        v_table, p_at, p_search_path => p_search_path
                    ) as filled
                )
                when 'expire' then (
                    select to_jsonb(expired)
                    from system.expire_partitions(v_table, p_at) as expired
                )
                else jsonb_build_object(
                    'partitions_archived', system.archive_partitions(v_table, p_at)
                )
            end;
            v_counts := v_counts || v_done;
        exception
            when others then
                v_failed := array_remove(v_failed, v_table) || v_table;
                v_errors := v_errors || format('%s: %s (%s)', v_table, sqlerrm, sqlstate);
                insert into system.logs (level, component, message, details)
                values (
                    'error', 'partitions', format('%s of %s failed', v_step, v_table),
                    jsonb_build_object('sqlstate', sqlstate, 'message', sqlerrm)
                );
        end;
    end loop;
    perform set_config('lock_timeout', v_lock_timeout, true);
    perform set_config('search_path', p_search_path, false);
    return concat_ws(
        '; ', format('%s kept', cardinality(v_tables) - cardinality(v_failed)),
        system.sum_counts(v_counts),
        'failed: ' || nullif(array_to_string(v_errors, '; '), '')
    );
end;
$function$;

comment on function system.maintain_partitions(regclass, timestamptz, text, text) is
'Make the coming partitions of every table of the toolkit, move rows out of the default
partitions, drop what has expired, archive what is cold; repeat it to go on where a call
left off. Returns what was done, and the error of each table that failed; those are in
system.logs too. p_table: this one only. p_at: the moment that counts. p_lock_timeout:
how long to wait for a lock, before a table is left to the next call. p_search_path:
that of the caller.';
