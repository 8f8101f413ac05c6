-- Flags are set through here so that the change is logged with it.
create or replace function system.set_flag(
    p_flag text,
    p_is_enabled boolean,
    p_rollout_percent integer default 100,
    p_description text default null
)
returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    insert into system.feature_flags as flags (
        flag, is_enabled, rollout_percent, description
    )
    values (p_flag, p_is_enabled, p_rollout_percent, coalesce(p_description, ''))
    on conflict (flag) do update set
        is_enabled = excluded.is_enabled,
        rollout_percent = excluded.rollout_percent,
        description = coalesce(p_description, flags.description),
        updated_at = now(),
        updated_by = current_user;
    insert into system.logs (level, component, message, details)
    values (
        'info', 'flags', 'flag ' || p_flag || ' was set',
        jsonb_build_object(
            'is_enabled', p_is_enabled, 'rollout_percent', p_rollout_percent
        )
    );
$function$;

comment on function system.set_flag(text, boolean, integer, text) is
'Define or change a flag. p_rollout_percent: 0 to 100, percent of subjects it is on for.
p_description: kept when null. Errors: 23514 for a percentage out of range.';
