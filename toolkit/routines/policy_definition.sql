-- The server has no function for it, so this is what pg_dump puts together.
create or replace function pg_temp.policy_definition(p_policy oid)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        format(
            'create policy %I on %s as %s for %s to %s%s%s',
            policy.polname,
            policy.polrelid::regclass,
            case when policy.polpermissive then 'permissive' else 'restrictive' end,
            case policy.polcmd
                when 'r' then 'select'
                when 'a' then 'insert'
                when 'w' then 'update'
                when 'd' then 'delete'
                else 'all'
            end,
            (
                select string_agg(coalesce(quote_ident(role.rolname), 'public'), ', ')
                from unnest(policy.polroles) as member (oid)
                left join pg_catalog.pg_roles as role on member.oid = role.oid
            ),
            ' using (' || pg_get_expr(policy.polqual, policy.polrelid) || ')',
            ' with check (' || pg_get_expr(policy.polwithcheck, policy.polrelid) || ')'
        )
    from pg_catalog.pg_policy as policy
    where policy.oid = p_policy;
$function$;
