-- title: Function whose overloads cannot be told apart
-- id: STR027
-- area: structure
-- severity: warning
-- cost: catalog
-- why: arguments with defaults let one call match both, and the server then refuses
-- why: it with "function is not unique"
-- fix: drop the older overload, or give its extra argument no default
with functions as (
    select
        function.oid,
        function.proname,
        function.pronamespace,
        namespace.nspname,
        function.proargtypes::oid[] as argument_types,
        function.pronargs as most,
        function.pronargs - function.pronargdefaults as least,
        pg_get_function_identity_arguments(function.oid) as arguments
    from pg_proc as function
    inner join pg_namespace as namespace on function.pronamespace = namespace.oid
    where
        function.prokind in ('f', 'p')
        and namespace.nspname !~ '^(pg_|_timescaledb|(information_schema|partman)$)'
        and not exists (
            select from pg_depend as dependency
            where
                dependency.classid = 'pg_proc'::regclass
                and dependency.objid = function.oid
                and dependency.deptype = 'e'
        )
)

select
    format('%I.%I(%s)', this.nspname, this.proname, this.arguments) as subject,
    format(
        'a call with %s argument%s also matches (%s)',
        greatest(this.least, other.least),
        case greatest(this.least, other.least) when 1 then '' else 's' end,
        other.arguments
    ) as detail
from functions as this
inner join functions as other
    on
        this.pronamespace = other.pronamespace
        and this.proname = other.proname
        and this.oid > other.oid
where
    greatest(this.least, other.least) <= least(this.most, other.most)
    and this.argument_types[0:greatest(this.least, other.least) - 1]
    = other.argument_types[0:greatest(this.least, other.least) - 1]
order by subject;
