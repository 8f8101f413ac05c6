-- Runs before the rows are gone, and is called for the table that was named and for
-- each of its partitions: each records the rows that no other trigger will.
create or replace function system.audit_truncate_body(
    p_history regclass, p_columns jsonb
)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        $template$
            if current_setting('transaction_isolation') <> 'read committed' then
                raise exception '%% is audited and cannot be truncated here',
                    tg_relid::regclass
                    using errcode = '0A000',
                        detail = 'This transaction would not see all of its rows.',
                        hint = 'Truncate it at the isolation level read committed.';
            end if;
            execute %1$L || tg_relid::regclass || %2$L
            using v_at, v_transaction, v_role, v_actor, v_reason, v_migration,
                tg_relid, tg_name;
        $template$,
        system.audit_insert_statement(
            p_history, p_columns, '''T''', system.audit_list(p_columns, 'given.%2$I'),
            'from ', true
        ),
        ' as given where given.tableoid not in ('
        'select other.tgrelid from pg_catalog.pg_trigger as own'
        ' inner join pg_catalog.pg_trigger as other using (tgfoid)'
        ' where own.tgrelid = $7 and own.tgname = $8 and other.tgrelid <> $7)'
    );
$function$;

comment on function system.audit_truncate_body(regclass, jsonb) is
'Return the body that records a truncate. p_columns: as in system.audit_shapes.';
