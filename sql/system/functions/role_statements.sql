-- A role that is there already is left as it is: its password, its settings and its
-- members are the administrator's.
create or replace function system.role_statements()
returns table (subject text, detail text, statement text)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        known.name,
        'role that does not exist',
        concat_ws(
            '; ',
            format(
                'create role %I %s', known.name,
                case when known.can_log_in then 'login' else 'nologin' end
            ),
            case known.role
                when 'migrator'
                    then format(
                        'grant %I to %I',
                        installation.role_prefix || 'owner',
                        known.name
                    )
            end,
            (
                select
                    string_agg(
                        format(
                            'alter role %I set %s to %L',
                            known.name, setting.key, setting.value
                        ), '; ' order by setting.key
                    )
                from jsonb_each_text(known.settings) as setting
            ),
            format(
                'comment on role %I is %L',
                known.name, format('Market-data toolkit: %s.', known.purpose)
            )
        )
    from system.access_roles() as known
    cross join system.installation as installation
    where
        not exists (
            select from pg_catalog.pg_roles as present
            where present.rolname = known.name
        )
    union all
    select
        known.name,
        'member of pg_monitor',
        format('grant pg_monitor to %I', known.name)
    from system.access_roles() as known
    inner join pg_catalog.pg_roles as present on known.name = present.rolname
    where
        known.role = 'auditor'
        and not pg_has_role(present.oid, 'pg_monitor', 'member');
$function$;

comment on function system.role_statements() is
'Return the statements that create the roles which are missing: role, what is missing,
and statement.';
