-- The setting is read once a statement, as a subquery of its own, and compared with a
-- column that an index begins with. A missing setting is null and shows no row. Owner,
-- worker and auditor see all rows, until they name a user as the application does.
create or replace function system.wanted_policies()
returns table (
    relation regclass,
    name text,
    role text,
    command text,
    condition text,
    basis text
)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with rules as (
        select
            rule.relation,
            rule.parent::text as parent,
            (
                select class.relname::text from pg_catalog.pg_class as class
                where class.oid = rule.parent
            ) as parent_name,
            class.relowner::regrole::text as owner,
            case
                when rule.parent is null
                    then format(
                        '%I = (select nullif(current_setting(''mdt.user_id'', true), '''')'
                        '::uuid)', rule.owner_column
                    )
                else format(
                    'exists (select from %s as parent where parent.%I = %s.%I)',
                    rule.parent, rule.parent_column, class.relname, rule.owner_column
                )
            end as is_own,
            '(select nullif(current_setting(''mdt.user_id'', true), '''') is null) or '
            as is_free
        from system.row_rules() as rule
        inner join pg_catalog.pg_class as class on rule.relation = class.oid
    ),

    policies as (
        select
            rules.*,
            policy.name,
            policy.role,
            policy.command,
            policy.condition
        from rules
        cross join lateral (
            values
            ('own_rows_of_app', 'app', 'all', rules.is_own),
            ('all_rows_of_worker', 'worker', 'all', rules.is_free || rules.is_own),
            (
                'all_rows_of_auditor', 'auditor', 'select', rules.is_free || rules.is_own
            ),
            ('all_rows_of_owner', null, 'all', rules.is_free || rules.is_own)
        ) as policy (name, role, command, condition)
    )

    select
        policies.relation,
        policies.name,
        coalesce(quote_ident(known.name), policies.owner),
        policies.command,
        policies.condition,
        coalesce(
            replace(policies.condition, policies.parent, policies.parent_name),
            policies.condition
        )
    from policies
    left join system.access_roles() as known on policies.role = known.role;
$function$;

comment on function system.wanted_policies() is
'Return the policies that the tables of system.row_rules() shall have: table, name, role
(quoted), command, the condition for rows that are read and rows that are written, and
basis: the condition without names of schemas, which may change.';
