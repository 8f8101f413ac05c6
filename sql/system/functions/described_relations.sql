-- Partitions come and go at run time, made by pg_partman, and say nothing that their
-- parent does not; the default partition stays, and counts. The same holds for what is
-- retired into "archive". pg_partman's own settings may be closed to this role, so our
-- own list of partitioned tables counts too, and the name of a change trail's history.
-- Names are looked up in the catalog, since a role that may only read sees no schema
-- but the toolkit's ledgers.
create or replace function system.described_relations(p_schemas text[])
returns oid[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_settings text;
    v_kept text[];
begin
    v_kept := array(
        select format(
            '%s.%s',
            coalesce(
                installation.schema_map ->> applied.schema_name, applied.schema_name
            ),
            applied.object_name
        )
        from system.applied_objects as applied
        left join system.installation as installation on installation.id
        where applied.kind = 'partitions'
    );
    select format('%I.part_config', namespace.nspname) into v_settings
    from pg_catalog.pg_extension as extension
    inner join pg_catalog.pg_namespace as namespace
        on extension.extnamespace = namespace.oid
    where
        extension.extname = 'pg_partman'
        and has_schema_privilege(namespace.oid, 'usage');
    if v_settings is not null and has_table_privilege(v_settings, 'select') then
        execute format('select $1 || array_agg(parent_table) from %s', v_settings)
        into v_kept
        using v_kept;
    end if;
    return array(
        select class.oid
        from pg_catalog.pg_class as class
        inner join pg_catalog.pg_namespace as namespace
            on class.relnamespace = namespace.oid
        where
            namespace.nspname = any(p_schemas)
            and namespace.oid <> 'archive'::regnamespace
            and class.relkind in ('r', 'p', 'v', 'm', 'S', 'f', 'c')
            and not (
                class.relispartition
                and exists (
                    select from pg_catalog.pg_class as root
                    inner join pg_catalog.pg_namespace as place
                        on root.relnamespace = place.oid
                    where
                        root.oid = pg_partition_root(class.oid)
                        and (
                            format('%s.%s', place.nspname, root.relname) = any(v_kept)
                            or root.relname like '%\_history'
                            and root.relnamespace = 'system'::regnamespace
                        )
                )
                and pg_get_expr(class.relpartbound, class.oid) <> 'DEFAULT'
            )
            and not exists (
                select from pg_catalog.pg_depend as membership
                where
                    membership.classid = 'pg_catalog.pg_class'::regclass
                    and membership.objid = class.oid
                    and membership.deptype = 'e'
            )
    );
end;
$function$;

comment on function system.described_relations(text[]) is
'Return the tables, views, sequences and composite types of some schemas that
system.describe_catalog() describes: all but the members of extensions, the partitions
that pg_partman makes, and what is retired into archive. p_schemas: their names.';
