-- pg_get_functiondef knows no aggregates; those are described by their parts.
create or replace function system.describe_functions(p_schemas text[])
returns table (kind text, identity text, facts jsonb)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        case function.prokind
            when 'p' then 'procedure'
            when 'a' then 'aggregate'
            else 'function'
        end,
        format(
            '%I.%I(%s)', namespace.nspname, function.proname,
            oidvectortypes(function.proargtypes)
        ),
        jsonb_build_object(
            'owner', pg_get_userbyid(function.proowner),
            'privileges', case
                when function.proacl is not null
                    then system.describe_privileges(
                        function.proacl, acldefault('f', function.proowner)
                    )
            end,
            'comment', comment.description,
            'definition', case
                when function.prokind <> 'a' then pg_get_functiondef(function.oid)
            end,
            'parts', (
                select
                    to_jsonb(aggregate)
                    - array['aggfnoid', 'aggtranstype', 'aggmtranstype', 'aggsortop']
                    || jsonb_build_object(
                        'state', format_type(aggregate.aggtranstype, null),
                        'moving state', format_type(aggregate.aggmtranstype, null),
                        'sort operator', aggregate.aggsortop::regoperator,
                        'arguments', pg_get_function_arguments(function.oid),
                        'parallel', function.proparallel
                    )
                from pg_catalog.pg_aggregate as aggregate
                where function.prokind = 'a' and aggregate.aggfnoid = function.oid
            )
        )
    from pg_catalog.pg_proc as function
    inner join pg_catalog.pg_namespace as namespace
        on function.pronamespace = namespace.oid
    left join pg_catalog.pg_description as comment
        on
            function.oid = comment.objoid
            and comment.classoid = 'pg_catalog.pg_proc'::regclass
            and comment.objsubid = 0
    where
        namespace.nspname = any(p_schemas)
        and function.oid <> all((select system.generated_functions())::oid[])
        and not exists (
            select from pg_catalog.pg_depend as membership
            where
                membership.classid = 'pg_catalog.pg_proc'::regclass
                and membership.objid = function.oid
                and membership.deptype = 'e'
        );
$function$;

comment on function system.describe_functions(text[]) is
'Return the functions of schemas with their facts, but those that moves bring with them.
p_schemas: their names. Part of system.describe_catalog().';
