create or replace function system.describe_indexes(p_relations oid[])
returns table (kind text, identity text, facts jsonb)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        'index',
        format('%I.%I', namespace.nspname, class.relname),
        jsonb_build_object(
            'definition', pg_get_indexdef(class.oid),
            'invalid', nullif(not known.indisvalid, false),
            'clustering mark', nullif(known.indisclustered, false),
            'replica identity', nullif(known.indisreplident, false),
            'tablespace', tablespace.spcname,
            'statistics targets', (
                select jsonb_object_agg(attribute.attnum, attribute.attstattarget)
                from pg_catalog.pg_attribute as attribute
                where
                    attribute.attrelid = class.oid
                    and attribute.attstattarget >= 0
            ),
            'parent', (
                select inheritance.inhparent::regclass
                from pg_catalog.pg_inherits as inheritance
                where class.relispartition and inheritance.inhrelid = class.oid
            ),
            'comment', comment.description
        )
    from unnest(p_relations) as wanted (oid)
    inner join pg_catalog.pg_index as known on wanted.oid = known.indrelid
    inner join pg_catalog.pg_class as class on known.indexrelid = class.oid
    inner join pg_catalog.pg_namespace as namespace
        on class.relnamespace = namespace.oid
    left join pg_catalog.pg_tablespace as tablespace
        on class.reltablespace = tablespace.oid
    left join pg_catalog.pg_description as comment
        on
            class.oid = comment.objoid
            and comment.classoid = 'pg_catalog.pg_class'::regclass
            and comment.objsubid = 0;
$function$;

comment on function system.describe_indexes(oid[]) is
'Return the indexes of tables with their facts. Part of system.describe_catalog().';
