-- What "mdt apply" calls after the statements of each migration, in its transaction.
create or replace function system.refresh_audits(
    p_search_path text default current_setting('search_path')
)
returns integer
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    select count(*)::integer
    from (
        select system.refresh_audit(stale.audited, p_search_path) as is_done
        from system.stale_audits() as stale
        where not stale.is_gone
    ) as refreshed
    where refreshed.is_done;
$function$;

comment on function system.refresh_audits(text) is
'Call system.refresh_audit() for each audited table that changed; return how many.';
