-- Called by "mdt apply" when the file that declared the job is gone.
create or replace function sync.forget_cron_job(p_name text)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    if sync.has_pg_cron() then
        perform sync.unschedule_cron_job(sync.cron_job_prefix() || p_name);
    end if;
    delete from sync.cron_jobs as job where job.name = p_name;
end;
$function$;

comment on function sync.forget_cron_job(text) is
'Remove a declared job and the record of its runs, and take it out of the pg_cron of
this database; do nothing when there is none of that name.';
