create or replace function system.find_partman(
    out schema_name text,
    out major_version integer
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
begin
    select
        namespace.nspname::text,
        split_part(extension.extversion, '.', 1)::integer
    into strict schema_name, major_version
    from pg_catalog.pg_extension as extension
    inner join pg_catalog.pg_namespace as namespace
        on extension.extnamespace = namespace.oid
    where extension.extname = 'pg_partman';
end;
$function$;

comment on function system.find_partman() is
'Return where pg_partman is installed, and its major version. Errors: P0002 when it
is not.';
