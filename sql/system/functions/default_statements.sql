-- What is created between two applies, such as a partition, is readable at once by who
-- reads its whole schema. Not where a new table could hold secrets or rows of users: a
-- grant on a partition would pass by the policies of its parent. Of what the owner of
-- the schema creates, who is the one that applies.
create or replace function system.default_statements(p_is_wanted boolean)
returns table (subject text, detail text, statement text)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with wanted as (
        select
            known.name as role,
            room.name as schema_name,
            namespace.nspowner as owner_oid
        from system.access_rules() as rule
        inner join system.access_roles() as known on rule.role = known.role
        inner join pg_catalog.pg_roles as present on known.name = present.rolname
        cross join system.installation as installation
        inner join lateral jsonb_each_text(installation.schema_map)
            as room (plain_name, name)
            on rule.schema_name = room.plain_name
        inner join pg_catalog.pg_namespace as namespace on room.name = namespace.nspname
        where
            p_is_wanted
            and rule.objects = '^(.*)$'
            and rule.privilege = 'select'
            and rule.schema_name in ('analytics'::text, 'equities'::text, 'pricing'::text)
    ),

    held as (
        select
            known.name as role,
            room.name as schema_name,
            standing.defaclrole as owner_oid
        from system.installation as installation
        cross join lateral jsonb_each_text(installation.schema_map)
            as room (plain_name, name)
        inner join pg_catalog.pg_namespace as namespace on room.name = namespace.nspname
        inner join pg_catalog.pg_default_acl as standing
            on
                namespace.oid = standing.defaclnamespace
                and standing.defaclobjtype = 'r'
        cross join lateral aclexplode(standing.defaclacl) as entry
        inner join pg_catalog.pg_roles as grantee on entry.grantee = grantee.oid
        inner join system.access_roles() as known on grantee.rolname = known.name
    )

    select
        difference.role,
        format('default privileges in schema %I', difference.schema_name),
        format(
            'alter default privileges for role %s in schema %I %s select on tables %s %I',
            difference.owner_oid::regrole,
            difference.schema_name,
            difference.verb,
            case difference.verb when 'grant' then 'to' else 'from' end,
            difference.role
        )
    from (
        (select 'grant' as verb, wanted.* from wanted
        except select 'grant', held.* from held)
        union all
        (select 'revoke', held.* from held
        except select 'revoke', wanted.* from wanted)
    ) as difference
    order by 1, 3;
$function$;

comment on function system.default_statements(boolean) is
'Return the statements that let roles read what the owners of schemas which they read
whole will create there, or none of it. p_is_wanted: false to take that back.';
