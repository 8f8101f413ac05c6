-- Declaring is not scheduling: who runs the jobs is up to "mdt cron install" or to
-- whatever calls sync.tick().
create or replace function sync.declare_cron_job(
    p_name text,
    p_schedule text,
    p_command text,
    p_max_silence interval,
    p_description text
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    -- A name in pg_cron has 63 bytes, and ours begin with sync.cron_job_prefix().
    if length(p_name) > 21 then
        raise exception 'the name "%" is too long for a cron job', p_name
            using errcode = '22023', detail = 'It has 21 characters at most.';
    end if;
    if sync.last_cron_time(p_schedule) is null then
        raise exception 'schedule "%" never comes', p_schedule using errcode = '22023';
    end if;
    insert into sync.cron_jobs (name, schedule, command, max_silence, description)
    values (p_name, p_schedule, p_command, p_max_silence, p_description)
    on conflict (name) do update set
        schedule = excluded.schedule,
        command = excluded.command,
        max_silence = excluded.max_silence,
        description = excluded.description;
end;
$function$;

comment on function sync.declare_cron_job(text, text, text, interval, text) is
'Declare a regular job, or replace what was declared.
p_schedule: five cron fields, in UTC. p_command: a select of one value, its names
qualified, that sync.run_cron_job() executes. p_max_silence: time without a finished
run after which health warns.
Errors: 22023 for a schedule that is not understood or never comes, or a name that is
too long, 23514 for a name or a time that the table refuses.';
