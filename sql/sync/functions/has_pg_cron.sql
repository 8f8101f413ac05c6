-- Without the right to use its schema, pg_cron is as good as not there.
create or replace function sync.has_pg_cron()
returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        exists (
            select from pg_extension as extension where extension.extname = 'pg_cron'
        )
        and has_schema_privilege('cron', 'usage');
$function$;

comment on function sync.has_pg_cron() is
'Tell whether pg_cron is in this database and may be used by this role.';
