create or replace function system.held_rights()
returns table (role text, kind text, object oid, column_name text, privilege text)
language sql stable
set search_path = pg_catalog, pg_temp set jit = off
as $function$
    with rooms as (
        select namespace.oid, namespace.nspacl
        from system.installation as installation
        cross join lateral jsonb_each_text(installation.schema_map)
            as room (plain_name, name)
        inner join pg_catalog.pg_namespace as namespace on room.name = namespace.nspname
    ),

    entries as (
        select 'schema' as kind, rooms.oid, null as column_name, rooms.nspacl as rights
        from rooms
        union all
        select
            case class.relkind when 'S' then 'sequence' else 'table' end,
            class.oid,
            null,
            class.relacl
        from rooms
        inner join pg_catalog.pg_class as class on rooms.oid = class.relnamespace
        where not class.relispartition
        union all
        select 'table', class.oid, attribute.attname::text, attribute.attacl
        from rooms
        inner join pg_catalog.pg_class as class on rooms.oid = class.relnamespace
        inner join pg_catalog.pg_attribute as attribute on class.oid = attribute.attrelid
        where
            not class.relispartition
            and not attribute.attisdropped
            and attribute.attacl is not null
        union all
        select 'function', function.oid, null, function.proacl
        from rooms
        inner join pg_catalog.pg_proc as function on rooms.oid = function.pronamespace
    )

    select
        known.name,
        entries.kind,
        entries.oid,
        entries.column_name,
        lower(held.privilege_type)
    from entries
    cross join lateral aclexplode(entries.rights) as held
    inner join pg_catalog.pg_roles as grantee on held.grantee = grantee.oid
    inner join system.access_roles() as known on grantee.rolname = known.name
    -- An owner has rights of its own, as an entry too once others were granted some.
    where held.grantee <> held.grantor;
$function$;

comment on function system.held_rights() is
'Return what the roles of system.access_roles() have been granted in the schemas of this
installation, in the form of system.wanted_rights().';
