-- One place for the refusal, so that every function words it the same.
create or replace function sync.require_pg_cron()
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
begin
    if not sync.has_pg_cron() then
        raise exception 'pg_cron is not in database "%"', current_database()
            using errcode = 'MD207',
                  hint = 'Where it lives in another one, use "mdt cron install"; '
                      'without it, call "mdt sync tick" every minute.';
    end if;
end;
$function$;

comment on function sync.require_pg_cron() is
'Do nothing when pg_cron is in this database.
Errors: MD207 when it is not, or this role may not use it.';
