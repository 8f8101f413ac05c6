-- Capture, backfill and comparison are generated around the type that a mapping
-- returns. A volatile mapping would see another moment for each row, and no comparison
-- were exact.
create or replace function strangler.mapped_type(p_map_function text, p_source regclass)
returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_type text;
begin
    select format('%I.%I', namespace.nspname, returned.typname)
    into v_type
    from pg_catalog.pg_proc as mapping
    inner join pg_catalog.pg_type as returned on mapping.prorettype = returned.oid
    inner join pg_catalog.pg_namespace as namespace
        on returned.typnamespace = namespace.oid
    where
        mapping.oid = to_regprocedure(format('%s(%s)', p_map_function, p_source))
        and mapping.proretset
        and mapping.provolatile <> 'v'
        and returned.typtype = 'c';
    if v_type is null then
        raise exception 'there is no mapping function %(%) that returns rows',
            p_map_function, p_source
            using errcode = 'MD304',
                detail = 'It takes a row of the source, returns a set, and is stable.';
    end if;
    return v_type;
end;
$function$;

comment on function strangler.mapped_type(text, regclass) is
'Return the qualified name of the row type that a mapping function returns.
p_map_function: qualified name. p_source: table whose rows it takes.
Errors: MD304 when there is no such function, or it is volatile.';
