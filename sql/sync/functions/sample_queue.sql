-- Depth over time is what tells a queue that is full from one that keeps up.
create or replace function sync.sample_queue(p_at timestamptz default now())
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_sampled integer;
begin
    insert into sync.queue_samples (sampled_at, data_type, waiting, running, oldest_age)
    select
        date_trunc('minute', p_at),
        depth.data_type,
        depth.waiting,
        depth.running,
        depth.oldest_age
    from sync.queue_depth as depth
    where depth.is_enabled or depth.waiting + depth.running > 0
    on conflict (data_type, sampled_at) do nothing;
    get diagnostics v_sampled = row_count;
    return v_sampled;
end;
$function$;

comment on function sync.sample_queue(timestamptz) is
'Note the depth of the queue per data type, once a minute at most; return how many rows
that made.
p_at: the minute it counts for.';
