-- The place among the columns that are left: a dropped column leaves a gap in attnum.
create or replace function system.describe_columns(p_relations oid[])
returns table (kind text, identity text, facts jsonb)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        'column',
        format('%I.%I.%I', namespace.nspname, class.relname, attribute.attname),
        jsonb_build_object(
            'place', row_number() over (
                partition by attribute.attrelid order by attribute.attnum
            ),
            'type', format_type(attribute.atttypid, attribute.atttypmod),
            'not null', nullif(attribute.attnotnull, false),
            'default', pg_get_expr(preset.adbin, preset.adrelid),
            'identity', nullif(attribute.attidentity, ''),
            'generated', nullif(attribute.attgenerated, ''),
            'collation', nullif(attribute.attcollation, type.typcollation)::regcollation,
            'storage', nullif(attribute.attstorage, type.typstorage),
            'compression', nullif(attribute.attcompression, ''),
            'statistics target', nullif(attribute.attstattarget, -1),
            'inherited', nullif(attribute.attinhcount, 0),
            'options', attribute.attoptions,
            'foreign options', attribute.attfdwoptions,
            'privileges', case
                when attribute.attacl is not null
                    then system.describe_privileges(
                        attribute.attacl, acldefault('c', class.relowner)
                    )
            end,
            'comment', comment.description
        )
    from unnest(p_relations) as wanted (oid)
    inner join pg_catalog.pg_class as class on wanted.oid = class.oid
    inner join pg_catalog.pg_namespace as namespace
        on class.relnamespace = namespace.oid
    inner join pg_catalog.pg_attribute as attribute
        on class.oid = attribute.attrelid
    inner join pg_catalog.pg_type as type on attribute.atttypid = type.oid
    left join pg_catalog.pg_attrdef as preset
        on
            attribute.attrelid = preset.adrelid
            and attribute.attnum = preset.adnum
            and attribute.atthasdef
    left join pg_catalog.pg_description as comment
        on
            attribute.attrelid = comment.objoid
            and comment.classoid = 'pg_catalog.pg_class'::regclass
            and attribute.attnum = comment.objsubid
    where
        attribute.attnum > 0
        and not attribute.attisdropped
        and class.relkind <> 'S';
$function$;

comment on function system.describe_columns(oid[]) is
'Return the columns of relations with their facts. Part of system.describe_catalog().';
