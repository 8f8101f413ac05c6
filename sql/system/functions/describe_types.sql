-- Array, multirange and row types come with what they belong to.
create or replace function system.describe_types(p_schemas text[])
returns table (kind text, identity text, facts jsonb)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        'type',
        type.oid::regtype::text,
        jsonb_build_object(
            'owner', pg_get_userbyid(type.typowner),
            'privileges', case
                when type.typacl is not null
                    then system.describe_privileges(
                        type.typacl, acldefault('T', type.typowner)
                    )
            end,
            'comment', obj_description(type.oid, 'pg_type'),
            'kind', type.typtype,
            'labels', (
                select jsonb_agg(label.enumlabel order by label.enumsortorder)
                from pg_catalog.pg_enum as label
                where type.typtype = 'e' and label.enumtypid = type.oid
            ),
            'base', case
                when type.typtype = 'd' then format_type(type.typbasetype, type.typtypmod)
            end,
            'not null', nullif(type.typnotnull, false),
            'default', case when type.typtype = 'd' then type.typdefault end,
            'collation', case when type.typtype = 'd' then type.typcollation end::regcollation,
            'checks', (
                select jsonb_object_agg(
                    known.conname,
                    jsonb_build_array(
                        pg_get_constraintdef(known.oid),
                        obj_description(known.oid, 'pg_constraint')
                    )
                )
                from pg_catalog.pg_constraint as known
                where type.typtype = 'd' and known.contypid = type.oid
            ),
            'range', (
                select
                    jsonb_build_object(
                        'of', range.rngsubtype::regtype,
                        'collation', range.rngcollation::regcollation,
                        'difference', range.rngsubdiff,
                        'canonical', range.rngcanonical
                    )
                from pg_catalog.pg_range as range
                where type.typtype = 'r' and range.rngtypid = type.oid
            )
        )
    from pg_catalog.pg_type as type
    inner join pg_catalog.pg_namespace as namespace
        on type.typnamespace = namespace.oid
    left join pg_catalog.pg_class as class on type.typrelid = class.oid
    where
        namespace.nspname = any(p_schemas)
        and (
            type.typtype in ('e', 'd', 'r')
            or (type.typtype = 'b' and type.typcategory <> 'A')
            or (type.typtype = 'c' and class.relkind = 'c')
        )
        and not exists (
            select from pg_catalog.pg_depend as membership
            where
                membership.classid = 'pg_catalog.pg_type'::regclass
                and membership.objid = type.oid
                and membership.deptype = 'e'
        );
$function$;

comment on function system.describe_types(text[]) is
'Return the types of schemas with their facts. p_schemas: their names. Part of
system.describe_catalog().';
