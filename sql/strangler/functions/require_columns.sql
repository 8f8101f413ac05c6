create or replace function strangler.require_columns(
    p_move text,
    p_relation regclass,
    p_columns text[]
)
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_column text;
begin
    select wanted.name into v_column
    from unnest(p_columns) with ordinality as wanted (name, place)
    where
        not exists (
            select
            from pg_catalog.pg_attribute as attribute
            where
                attribute.attrelid = p_relation
                and attribute.attname = wanted.name
                and attribute.attnum > 0
                and not attribute.attisdropped
        )
    order by wanted.place
    limit 1;
    if found then
        raise exception 'move "%": % has no column %', p_move, p_relation, v_column
            using errcode = 'MD303';
    end if;
end;
$function$;

comment on function strangler.require_columns(text, regclass, text[]) is
'Refuse a move that names a column which is not there. p_relation: a table, or the table
of a row type. Errors: MD303.';
