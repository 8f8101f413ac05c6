-- What pg_cron would do, for any other scheduler: call it once a minute. All jobs run
-- in the caller's transaction; "mdt sync tick" gives each its own.
create or replace function sync.tick(
    p_caller text default 'tick',
    p_at timestamptz default now()
)
returns table (name text, outcome text, detail text)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    return query
    select
        due.name,
        ran.outcome,
        ran.detail
    from sync.due_cron_jobs(p_at) as due
    cross join lateral sync.run_cron_job(due.name, p_caller, due.due_at) as ran
    order by due.name;
end;
$function$;

comment on function sync.tick(text, timestamptz) is
'Run every declared job that is due, see sync.due_cron_jobs(); return each with its
outcome and detail, see sync.run_cron_job().
p_caller: recorded with each run. p_at: the moment that counts.';
