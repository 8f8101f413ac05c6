create or replace function strangler.begin_backfill(p_move strangler.moves)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $function$
declare
    v_source constant regclass := p_move.source_table::regclass;
    v_bound jsonb;
begin
    execute format(
        'select %s from %s as given order by %s limit 1',
        strangler.key_expression(p_move.source_key, 'given'),
        v_source,
        strangler.column_list(p_move.source_key, 'given', ' desc')
    )
    into v_bound;
    insert into strangler.backfills as known (move, bound_key, estimated_rows)
    select
        p_move.name,
        v_bound,
        greatest(class.reltuples, 0)::bigint
    from pg_catalog.pg_class as class
    where class.oid = v_source
    on conflict (move) do update set
        cursor_key = null,
        bound_key = excluded.bound_key,
        rows_read = 0,
        rows_quarantined = 0,
        estimated_rows = excluded.estimated_rows,
        started_at = now(),
        finished_at = null;
end;
$function$;

comment on function strangler.begin_backfill(strangler.moves) is
'Put the cursor of a backfill before the first row, and its bound at the last one that
is
there. Part of strangler.start().';
