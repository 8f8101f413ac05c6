-- Takes what pg_cron holds as an argument, since pg_cron may live in another database.
create or replace function sync.compare_cron_jobs(p_installed jsonb)
returns table (job_name text, problem text, schedule text, command text)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        coalesce(wanted.job_name, installed.job_name),
        case
            when installed.job_name is null then 'not installed'
            when wanted.job_name is null then 'not declared'
            when not installed.is_active then 'not active'
            when installed.schedule <> wanted.schedule then 'another schedule'
            else 'another command'
        end,
        wanted.schedule,
        wanted.command
    from sync.wanted_cron_jobs() as wanted
    full join jsonb_to_recordset(coalesce(p_installed, '[]')) as installed (
        job_name text, schedule text, command text, is_active boolean
    ) on wanted.job_name = installed.job_name
    where
        wanted.job_name is null
        or installed.job_name is null
        or not installed.is_active
        or installed.schedule <> wanted.schedule
        or installed.command <> wanted.command
    order by 1;
$function$;

comment on function sync.compare_cron_jobs(jsonb) is
'Return where pg_cron differs from what is declared: job_name in pg_cron, problem (not
installed, not declared, not active, another schedule, another command), and the
schedule and command that should be, null for a job that should not be.
p_installed: JSON array of what pg_cron holds, columns of sync.installed_cron_jobs().';
