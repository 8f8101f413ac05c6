create or replace function system.subject_key(
    p_root regclass, out name text, out type text
)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select attribute.attname, format_type(attribute.atttypid, attribute.atttypmod)
    from pg_catalog.pg_index as key
    inner join pg_catalog.pg_attribute as attribute
        on key.indrelid = attribute.attrelid and key.indkey[0] = attribute.attnum
    where key.indrelid = p_root and key.indisprimary and key.indnkeyatts = 1;
$function$;

comment on function system.subject_key(regclass) is
'Return name and type of the primary key of a table in which each row is a person; null
when it has none of one column.';
