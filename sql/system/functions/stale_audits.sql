create or replace function system.stale_audits()
returns table (audited regclass, name text, reason text, is_gone boolean)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        registered.audited,
        registered.name,
        case
            when class.oid is null then 'the table is gone'
            else system.stale_audit_reason(registered.name)
        end,
        class.oid is null
    from system.audited_tables as registered
    left join pg_catalog.pg_class as class on registered.audited = class.oid
    where
        registered.is_enabled
        and (
            class.oid is null
            or system.stale_audit_reason(registered.name) is not null
        );
$function$;

comment on function system.stale_audits() is
'Return the audited tables whose trail does not record all that changes in them, with
the reason. is_gone: the table was dropped; system.disable_audit(audited) takes note
of it.';
