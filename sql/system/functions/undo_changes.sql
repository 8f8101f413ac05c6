create or replace function system.undo_changes(p_group jsonb, p_transaction bigint)
returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_span constant int8range := (p_group ->> 'span')::int8range;
    v_registered system.audited_tables;
    v_columns constant jsonb := system.last_shape(p_group ->> 'name');
    v_statement text;
    v_done bigint;
    v_wanted bigint;
begin
    select registered.* into strict v_registered
    from system.audited_tables as registered where registered.name = p_group ->> 'name';
    if p_group ->> 'operation' = 'I' then
        perform system.require_no_dependents(v_registered, p_transaction, v_span);
    end if;
    v_statement := system.undo_statement(
        v_registered, v_columns, p_group ->> 'operation',
        format(
            '(select distinct on (%1$s) kept.* from %2$s as kept'
            ' where kept.trail_transaction = $1 and kept.trail_id <@ $2'
            ' order by %1$s, kept.trail_id) as kept',
            system.audit_list(v_columns, 'kept.%1$I', ', ', true),
            v_registered.history
        )
    );
    execute v_statement using p_transaction, v_span;
    get diagnostics v_done = row_count;
    execute format(
        'select count(distinct (%s)) from %s as kept'
        ' where kept.trail_transaction = $1 and kept.trail_id <@ $2',
        system.audit_list(v_columns, 'kept.%1$I', ', ', true), v_registered.history
    )
    into v_wanted
    using p_transaction, v_span;
    if v_done <> v_wanted then
        raise exception 'transaction % cannot be reverted', p_transaction
            using errcode = 'MD405',
                detail = format(
                    '%s of %s rows of %s are not as it left them.',
                    v_wanted - v_done, v_wanted, v_registered.audited
                ),
                hint = 'Mend the rows by hand; system.history() shows them.';
    end if;
    return v_done;
end;
$function$;

comment on function system.undo_changes(jsonb, bigint) is
'Undo a run of changes of one kind in one table, and return how many rows that took.
p_group: one of change_groups(). Errors: MD405.';
