-- What a policy was made of is kept as a hash in its comment, since the server words
-- its condition in another way in each version. Others without it are let be.
create or replace function system.policy_statements(p_is_wanted boolean)
returns table (subject text, detail text, statement text)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with wanted as (
        select
            policy.*,
            format(
                'Made by mdt apply: %s',
                md5(concat_ws(':', policy.role, policy.command, policy.basis))
            ) as comment
        from system.wanted_policies() as policy
        where
            p_is_wanted
            and exists (
                select from pg_catalog.pg_roles as present
                where quote_ident(present.rolname) = policy.role
            )
    ),

    held as (
        select
            policy.polrelid::regclass as relation,
            policy.polname::text as name,
            obj_description(policy.oid, 'pg_policy') as comment
        from pg_catalog.pg_policy as policy
        inner join system.row_rules() as rule on policy.polrelid = rule.relation
        where starts_with(obj_description(policy.oid, 'pg_policy'), 'Made by mdt apply: ')
    )

    select
        surplus.relation::text,
        format('policy %I', surplus.name),
        format('drop policy %I on %s', surplus.name, surplus.relation)
    from (select held.* from held
    except select wanted.relation, wanted.name, wanted.comment from wanted) as surplus
    union all
    select
        wanted.relation::text,
        format('policy %I', wanted.name),
        format(
            'create policy %1$I on %2$s for %3$s to %4$s using (%5$s)%6$s;'
            ' comment on policy %1$I on %2$s is %7$L',
            wanted.name,
            wanted.relation,
            wanted.command,
            wanted.role,
            wanted.condition,
            case wanted.command
                when 'all' then format(' with check (%s)', wanted.condition)
            end,
            wanted.comment
        )
    from wanted
    where
        not exists (
            select from held
            where
                held.relation = wanted.relation
                and held.name = wanted.name
                and held.comment = wanted.comment
        );
$function$;

comment on function system.policy_statements(boolean) is
'Return the statements that give the tables of system.row_rules() their policies: first
those that drop one which is not as wanted. p_is_wanted: false to drop all.';
