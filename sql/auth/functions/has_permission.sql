create or replace function auth.has_permission(p_user_id uuid, p_permission text)
returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select exists (
        select from auth.user_roles as given
        inner join auth.role_permissions as allowed on given.role = allowed.role
        where
            given.user_id = p_user_id
            and allowed.permission = p_permission
            and coalesce(given.expires_at, 'infinity') > now()
    );
$function$;

comment on function auth.has_permission(uuid, text) is
'Return whether one of the roles that a user has now allows something. p_permission: of
auth.permissions; false for an unknown one.';
