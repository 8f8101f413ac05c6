-- All of them or none: owner and migrator are granted nothing, and still are part of
-- each installation that uses the others. A password counts, since nobody could set it
-- again; so do members, except for who administers a role.
create or replace function system.has_used_roles()
returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with roles as (
        select
            present.oid,
            present.rolpassword is not null
            or coalesce(shobj_description(present.oid, 'pg_authid'), '')
            not like 'Market-data toolkit: %' as is_administered
        from system.access_roles() as known
        inner join pg_catalog.pg_authid as present on known.name = present.rolname
    )

    select
        exists (select from roles where roles.is_administered)
        or exists (
            select from pg_catalog.pg_shdepend as use
            inner join roles on use.refobjid = roles.oid
            where use.refclassid = 'pg_authid'::regclass
        )
        or exists (
            select from pg_catalog.pg_auth_members as membership
            inner join roles on membership.roleid = roles.oid
            where
                not membership.admin_option
                and membership.member not in (select other.oid from roles as other)
        )
        or exists (
            select from pg_catalog.pg_stat_activity as session
            inner join roles on session.usesysid = roles.oid
        );
$function$;

comment on function system.has_used_roles() is
'Return whether something uses a role of the toolkit, in any database: rights, objects,
members, sessions, or a password. Errors: 42501 for who may not read pg_authid.';
