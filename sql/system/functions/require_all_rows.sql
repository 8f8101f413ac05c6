-- A row that a policy hides would be left, and nobody would know.
create or replace function system.require_all_rows()
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_hidden text;
begin
    if nullif(current_setting('mdt.user_id', true), '') is not null then
        raise exception 'this session sees the rows of one user only'
            using errcode = '42501',
                detail = 'The setting mdt.user_id is set.',
                hint = 'Say: reset mdt.user_id;';
    end if;
    select string_agg(class.oid::regclass::text, ', ' order by class.oid::regclass::text)
    into v_hidden
    from system.classified_tables as known
    inner join pg_catalog.pg_class as class on known.relation = class.oid
    where
        row_security_active(class.oid)
        and not pg_has_role(class.relowner, 'usage');
    if v_hidden is not null then
        raise exception 'this role does not see all rows'
            using errcode = '42501',
                detail = format('Policies hide rows of %s.', v_hidden),
                hint = 'Connect as the owner of the tables.';
    end if;
end;
$function$;

comment on function system.require_all_rows() is
'Refuse to go on where row-level security may hide rows of classified tables from this
role. Errors: 42501, also while the setting mdt.user_id is set.';
