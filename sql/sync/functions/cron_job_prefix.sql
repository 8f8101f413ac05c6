-- Names in pg_cron are shared by the whole cluster and end after 63 bytes, so where
-- database and schema are long, a hash stands for them.
create or replace function sync.cron_job_prefix()
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        case
            when octet_length(installation.prefix) <= 42 then installation.prefix
            else 'mdt:' || left(md5(installation.prefix), 12) || ':'
        end
    from (
        select
            format('mdt:%s:%s:', current_database(), class.relnamespace::regnamespace)
                as prefix
        from pg_class as class
        where class.oid = 'sync.cron_jobs'::regclass
    ) as installation;
$function$;

comment on function sync.cron_job_prefix() is
'Return what the names of this installation''s jobs in pg_cron begin with:
mdt:<database>:<schema>:, or a hash in the place of long names.';
