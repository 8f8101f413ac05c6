create or replace function system.require_audited(p_table regclass)
returns system.audited_tables
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_registered system.audited_tables;
begin
    select registered.* into v_registered
    from system.audited_tables as registered
    where registered.audited = p_table;
    if not found then
        raise exception '% is not audited', coalesce(p_table::text, 'null')
            using errcode = 'MD403',
                hint = format('To begin now: select system.enable_audit(%L);', p_table);
    end if;
    return v_registered;
end;
$function$;

comment on function system.require_audited(regclass) is
'Return what is registered of an audited table. Errors: MD403 when it never was
audited.';
