create or replace function system.name_for_partman(p_table regclass)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select format('%s.%s', namespace.nspname, class.relname)
    from pg_catalog.pg_class as class
    inner join pg_catalog.pg_namespace as namespace
        on class.relnamespace = namespace.oid
    where class.oid = p_table;
$function$;

comment on function system.name_for_partman(regclass) is
'Return the name of a table as pg_partman spells it: schema and name, never quoted.';
