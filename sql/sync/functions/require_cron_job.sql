-- One place for the refusal, so that every function words it the same.
create or replace function sync.require_cron_job(p_name text)
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
begin
    if not exists (select from sync.cron_jobs as job where job.name = p_name) then
        raise exception 'cron job "%" is not declared', p_name
            using errcode = 'MD206', hint = 'List them with "mdt cron list".';
    end if;
end;
$function$;

comment on function sync.require_cron_job(text) is
'Do nothing when the regular job is declared.
Errors: MD206 when it is not.';
