create or replace function system.describe_schemas(p_schemas text[])
returns table (kind text, identity text, facts jsonb)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        'schema',
        quote_ident(namespace.nspname),
        jsonb_build_object(
            'owner', pg_get_userbyid(namespace.nspowner),
            'privileges', case
                when namespace.nspacl is not null
                    then system.describe_privileges(
                        namespace.nspacl, acldefault('n', namespace.nspowner)
                    )
            end,
            'comment', obj_description(namespace.oid, 'pg_namespace')
        )
    from pg_catalog.pg_namespace as namespace
    where namespace.nspname = any(p_schemas)
    union all
    select
        'default privileges',
        format(
            'in %I for %I on %s', namespace.nspname,
            pg_get_userbyid(given.defaclrole),
            case given.defaclobjtype
                when 'r' then 'tables'
                when 'S' then 'sequences'
                when 'f' then 'functions'
                when 'T' then 'types'
            end
        ),
        jsonb_build_object(
            'privileges', array(
                select item::text
                from unnest(given.defaclacl) as item
                order by item::text
            )
        )
    from pg_catalog.pg_default_acl as given
    inner join pg_catalog.pg_namespace as namespace
        on given.defaclnamespace = namespace.oid
    where namespace.nspname = any(p_schemas);
$function$;

comment on function system.describe_schemas(text[]) is
'Return schemas and the default privileges in them, with their facts. p_schemas: their
names. Part of system.describe_catalog().';
