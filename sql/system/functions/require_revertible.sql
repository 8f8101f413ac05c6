create or replace function system.require_revertible(
    p_name text, p_transaction bigint
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_registered system.audited_tables;
    v_columns constant jsonb := system.last_shape(p_name);
    v_conflicts text;
begin
    select registered.* into strict v_registered
    from system.audited_tables as registered where registered.name = p_name;
    if not v_registered.is_enabled
        or system.stale_audit_reason(p_name) is not null
    then
        raise exception 'transaction % cannot be reverted', p_transaction
            using errcode = 'MD405',
                detail = format(
                    'The trail of %s does not record everything: %s.',
                    v_registered.audited,
                    coalesce(system.stale_audit_reason(p_name), 'it is off')
                ),
                hint = 'See system.enable_audit() and system.refresh_audit().';
    end if;
    execute format(
        'lock table %s in share row exclusive mode', v_registered.audited
    );
    execute format(
        $query$
        select string_agg(conflicts.text, '; ' order by conflicts.change_id)
        from (
            select kept.trail_id as change_id, format(
                '%%s %%s: %%s', $2, (select to_jsonb(part) from (select %1$s) as part),
                case
                    when later.trail_id is not null then format(
                        '%%s by transaction %%s of %%s at %%s',
                        system.audit_operation(later.trail_operation),
                        later.trail_transaction,
                        coalesce(later.trail_actor, later.trail_role), later.trail_at
                    )
                    when kept.trail_operation = 'N' then 'its primary key was changed'
                    else 'changes since may have gone unrecorded'
                end
            ) as text
            from %2$s as kept
            left join lateral (
                select other.*
                from %2$s as other
                where
                    %3$s and other.trail_id > kept.trail_id
                    and other.trail_transaction <> kept.trail_transaction
                order by other.trail_id
                limit 1
            ) as later on true
            where
                kept.trail_transaction = $1
                and (
                    later.trail_id is not null
                    or kept.trail_operation = 'N'
                    or kept.trail_at < $3
                )
            order by kept.trail_id
            limit 10
        ) as conflicts
        $query$,
        system.audit_list(v_columns, 'kept.%1$I as %2$I', ', ', true),
        v_registered.history,
        system.audit_list(v_columns, 'other.%1$I = kept.%1$I', ' and ', true)
    )
    into v_conflicts
    using p_transaction, v_registered.audited, v_registered.recorded_since;
    if v_conflicts is not null then
        raise exception 'transaction % cannot be reverted', p_transaction
            using errcode = 'MD405',
                detail = v_conflicts,
                hint = 'Revert what came later first, or mend the rows by hand.';
    end if;
end;
$function$;

comment on function system.require_revertible(text, bigint) is
'Lock an audited table, and refuse when a row that a transaction changed in it was changed
by another since. p_name: of system.audited_tables. Errors: MD405, with up to ten rows.';
