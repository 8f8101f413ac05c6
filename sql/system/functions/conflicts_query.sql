-- A row is as the transaction left it when it has the values that the next change
-- found, whatever happened in between: what came later may have been reverted
-- before.
create or replace function system.conflicts_query(p_registered system.audited_tables)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
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
            left join %4$s as present on %5$s
            where
                kept.trail_transaction = $1
                and (
                    later.trail_id is not null
                    and (to_jsonb(present) - array['updated_at', 'updated_by'])
                    is distinct from (
                        case when later.trail_operation not in ('I', 'N') then %6$s end
                        - array['updated_at', 'updated_by']
                    )
                    or kept.trail_operation = 'N'
                    or kept.trail_at < $3
                )
            order by kept.trail_id
            limit 10
        ) as conflicts
        $query$,
        system.audit_list(shape.columns, 'kept.%1$I as %2$I', ', ', true),
        p_registered.history,
        system.audit_list(shape.columns, 'other.%1$I = kept.%1$I', ' and ', true),
        p_registered.audited,
        system.audit_list(shape.columns, 'present.%2$I = kept.%1$I', ' and ', true),
        system.audit_image(p_registered.name, 'later')
    )
    from (select system.last_shape(p_registered.name) as columns) as shape;
$function$;

comment on function system.conflicts_query(system.audited_tables) is
'Return the query that names up to ten rows which a transaction changed ($1: its id,
$2: the table, $3: since when nothing is missing) and which are not as it left them;
null when there is none.';
