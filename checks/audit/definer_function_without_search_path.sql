-- title: Security definer function that trusts the caller's search path
-- id: SEC001
-- area: security
-- severity: error
-- cost: catalog
-- why: the caller decides which table an unqualified name means, and the function works
-- why: on it with its owner's rights
-- fix: pin search_path, pg_temp last; the fix assumes that the function's own schema
-- fix: holds what it names
select
    format(
        '%I.%I(%s)', namespace.nspname, function.proname,
        pg_get_function_identity_arguments(function.oid)
    ) as subject,
    format('runs as %s', pg_get_userbyid(function.proowner)) as detail,
    format(
        'alter routine %I.%I(%s) set search_path = pg_catalog, %I, pg_temp;',
        namespace.nspname, function.proname,
        pg_get_function_identity_arguments(function.oid), namespace.nspname
    ) as fix_sql,
    format(
        'alter routine %I.%I(%s) reset search_path;',
        namespace.nspname, function.proname,
        pg_get_function_identity_arguments(function.oid)
    ) as undo_sql
from pg_proc as function
inner join pg_namespace as namespace on function.pronamespace = namespace.oid
where
    function.prosecdef
    and not exists (
        select from unnest(function.proconfig) as setting (text)
        where setting.text like 'search_path=%'
    )
    and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
    and not exists (
        select from pg_depend as dependency
        where
            dependency.classid = 'pg_proc'::regclass
            and dependency.objid = function.oid
            and dependency.deptype = 'e'
    )
order by subject;
