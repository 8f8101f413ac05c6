-- Only old rows are kept: the new one is the next old one, or the row as it is now.
create or replace function system.history(p_table regclass, p_key text)
returns table (
    change_id bigint,
    operation text,
    changed_at timestamptz,
    actor text,
    role text,
    reason text,
    migration text,
    transaction_id bigint,
    old_row jsonb,
    new_row jsonb
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_registered constant system.audited_tables := system.require_audited(p_table);
    v_columns constant jsonb := system.last_shape(v_registered.name);
    v_key constant jsonb := system.read_audit_key(v_columns, p_key);
begin
    return query execute format(
        $query$
        with changes as (
            select kept.*, case when kept.trail_operation not in ('I', 'N')
                then %1$s end as old_row
            from %2$s as kept
            where %3$s
        ),

        followed as (
            select
                changes.*,
                lead(changes.trail_id) over ordered as next_id,
                lead(changes.old_row) over ordered as next_row
            from changes
            window ordered as (order by changes.trail_id)
        )

        select
            followed.trail_id, system.audit_operation(followed.trail_operation),
            followed.trail_at, coalesce(followed.trail_actor, followed.trail_role),
            followed.trail_role, followed.trail_reason, followed.trail_migration,
            followed.trail_transaction, followed.old_row,
            case
                when followed.trail_operation in ('D', 'T') then null
                when exists (
                    select from system.audit_shapes as shapes
                    where
                        shapes.name = %6$L and shapes.follows_gap
                        and shapes.first_change_id > followed.trail_id
                        and shapes.first_change_id
                        <= coalesce(followed.next_id, shapes.first_change_id)
                ) then null
                when followed.next_id is not null then followed.next_row
                else (select to_jsonb(present) from %4$s as present where %5$s)
            end
        from followed
        order by followed.trail_id
        $query$,
        system.audit_image(v_registered.name),
        v_registered.history,
        system.audit_list(
            v_columns, 'kept.%1$I = ($1 ->> %2$L)::%3$s', ' and ', true
        ),
        p_table,
        system.audit_list(
            v_columns, 'present.%2$I = ($1 ->> %2$L)::%3$s', ' and ', true
        ),
        v_registered.name
    )
    using v_key;
end;
$function$;

comment on function system.history(regclass, text) is
'Return every recorded change of one row, oldest first: what, when, who and why, and
the row before and after as JSON objects; null where there was none, or where it
went unrecorded while the trail was off. p_table: an audited table. p_key: value of
its primary key; a JSON object when that has several columns. Errors: MD403 for a
table that was never audited, 22023 for an object without a column.';
