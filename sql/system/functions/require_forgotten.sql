create or replace function system.require_forgotten(p_values text[])
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_left text;
begin
    select string_agg(
        format('%s.%s (%s rows)', found.relation_name, found.column_name, found.rows), ', '
    )
    into v_left
    from system.find_values(p_values, false) as found
    where found.is_searched;
    if v_left is not null then
        raise exception 'values of the person would be left'
            using errcode = 'MD503',
                detail = format('They are in %s.', v_left),
                hint = 'A trigger may have written them again. Nothing was changed.';
    end if;
end;
$function$;

comment on function system.require_forgotten(text[]) is
'Refuse to end an erasure while identifiers of the person are where it took them out.
Errors: MD503.';
