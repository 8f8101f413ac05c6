-- Tables with columns of secrets are granted column by column to those who read, so a
-- column that is added has to be granted too: the next apply does.
create or replace function system.wanted_rights()
returns table (role text, kind text, object oid, column_name text, privilege text)
language sql stable
set search_path = pg_catalog, pg_temp set jit = off
as $function$
    with rules as materialized (
        select
            known.name as role,
            room.name::regnamespace::oid as schema_id,
            rule.objects,
            rule.privilege,
            rule.columns,
            rule.shows_secrets
        from system.access_rules() as rule
        inner join system.access_roles() as known on rule.role = known.role
        cross join system.installation as installation
        inner join lateral jsonb_each_text(installation.schema_map)
            as room (plain_name, name)
            on rule.schema_name = room.plain_name
    ),

    relations as materialized (
        select
            class.oid,
            class.relname,
            class.relnamespace,
            class.relkind,
            exists (
                select from pg_catalog.pg_attribute as attribute
                where
                    attribute.attrelid = class.oid
                    and not attribute.attisdropped
                    and system.is_secret(attribute.attname)
            ) as has_secrets
        from pg_catalog.pg_class as class
        where
            class.relnamespace in (select rules.schema_id from rules)
            and class.relkind in ('r', 'p', 'v', 'm', 'S')
            and not class.relispartition
    ),

    on_relations as materialized (
        select
            rules.role,
            rules.privilege,
            rules.columns,
            relations.oid,
            relations.relkind,
            rules.columns is not null
            or rules.privilege = 'select'
            and not rules.shows_secrets
            and relations.has_secrets as is_by_column
        from rules
        inner join relations
            on
                rules.schema_id = relations.relnamespace
                and relations.relname ~ rules.objects
                and case rules.privilege
                    when 'usage' then relations.relkind = 'S'
                    when 'select' then relations.relkind <> 'S'
                    else relations.relkind in ('r', 'p')
                end
    )

    select distinct
        rules.role,
        'schema',
        rules.schema_id,
        null::text,
        'usage'
    from rules
    union all
    select distinct
        on_relations.role,
        case on_relations.relkind when 'S' then 'sequence' else 'table' end,
        on_relations.oid,
        null,
        on_relations.privilege
    from on_relations
    where not on_relations.is_by_column
    union all
    select distinct
        on_relations.role,
        'table',
        on_relations.oid,
        attribute.attname::text,
        on_relations.privilege
    from on_relations
    inner join pg_catalog.pg_attribute as attribute
        on
            on_relations.oid = attribute.attrelid
            and attribute.attnum > 0
            and not attribute.attisdropped
            and case
                when on_relations.columns is not null
                    then attribute.attname = any(on_relations.columns)
                else not system.is_secret(attribute.attname)
            end
    where
        on_relations.is_by_column
        -- What the whole table is granted for includes the column.
        and not exists (
            select from on_relations as whole
            where
                whole.oid = on_relations.oid
                and whole.role = on_relations.role
                and whole.privilege = on_relations.privilege
                and not whole.is_by_column
        )
    union all
    select distinct
        rules.role,
        'function',
        function.oid,
        null,
        'execute'
    from rules
    inner join pg_catalog.pg_proc as function
        on
            rules.schema_id = function.pronamespace
            and function.proname ~ rules.objects
            and function.prosecdef
    where rules.privilege = 'execute';
$function$;

comment on function system.wanted_rights() is
'Return what the roles of system.access_roles() shall be granted, as
system.access_rules() says: role, kind (schema, table, sequence or function), object,
column (null: the whole), and privilege. Partitions are read through their parents.';
