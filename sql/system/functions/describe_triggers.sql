-- The triggers behind constraints are described with their table, clones for partitions
-- with the parent.
create or replace function system.describe_triggers(p_relations oid[])
returns table (kind text, identity text, facts jsonb)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        'trigger',
        format('%s.%I', trigger.tgrelid::regclass, trigger.tgname),
        jsonb_build_object(
            'definition', pg_get_triggerdef(trigger.oid),
            'enabled', nullif(trigger.tgenabled, 'O'),
            'comment', obj_description(trigger.oid, 'pg_trigger')
        )
    from pg_catalog.pg_trigger as trigger
    where
        trigger.tgrelid = any(p_relations)
        and not trigger.tgisinternal
        and trigger.tgparentid = 0
    union all
    select
        'rule',
        format('%s.%I', rule.ev_class::regclass, rule.rulename),
        jsonb_build_object(
            'definition', pg_get_ruledef(rule.oid),
            'enabled', nullif(rule.ev_enabled, 'O'),
            'comment', obj_description(rule.oid, 'pg_rewrite')
        )
    from pg_catalog.pg_rewrite as rule
    where rule.ev_class = any(p_relations) and rule.rulename <> '_RETURN'
    union all
    select
        'policy',
        format('%s.%I', policy.polrelid::regclass, policy.polname),
        jsonb_build_object(
            'command', policy.polcmd,
            'restrictive', nullif(not policy.polpermissive, false),
            'roles', array(
                select case role.oid when 0 then 'public' else role.oid::regrole::text end
                from unnest(policy.polroles) as role (oid)
                order by 1
            ),
            'using', pg_get_expr(policy.polqual, policy.polrelid),
            'check', pg_get_expr(policy.polwithcheck, policy.polrelid),
            'comment', obj_description(policy.oid, 'pg_policy')
        )
    from pg_catalog.pg_policy as policy
    where policy.polrelid = any(p_relations);
$function$;

comment on function system.describe_triggers(oid[]) is
'Return the triggers, rules and policies of relations with their facts. Part of
system.describe_catalog().';
