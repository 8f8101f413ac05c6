create or replace function system.audit_functions(p_name text)
returns regprocedure[]
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select coalesce(array_agg(function.oid::regprocedure), '{}')
    from pg_catalog.pg_proc as function
    where
        function.pronamespace = 'system'::regnamespace
        and function.proname in (
            'audit_insert_' || p_name,
            'audit_update_' || p_name,
            'audit_delete_' || p_name,
            'audit_truncate_' || p_name,
            'audit_mark_' || p_name
        );
$function$;

comment on function system.audit_functions(text) is
'Return the functions that were generated for the trail of a table.
p_name: of system.audited_tables.';
