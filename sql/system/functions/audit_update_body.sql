-- Nearly always each row was changed and none got another key, and the old rows are
-- all there is to write. Where audit_mark() has seen another kind, old rows are
-- compared with those of the table. That is dynamic SQL for the sake of its plan:
-- the right one for a single row would take hours for many.
create or replace function system.audit_update_body(
    p_name text, p_history regclass, p_columns jsonb
)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        $template$
            if current_setting(%1$L, true) = 'on' then
                perform set_config(%1$L, '', true);
                execute %2$L || tg_relid::regclass || %3$L
                using v_at, v_transaction, v_role, v_actor, v_reason, v_migration;
                %4$s
            else
                %5$s
            end if;
        $template$,
        'mdt.trail_' || p_name,
        system.audit_insert_statement(
            p_history, p_columns, '''U''', system.audit_list(p_columns, 'given.%2$I'),
            'from old_rows as given left join only ', true
        ),
        format(
            ' as present on %s where %s or given *<> present',
            system.audit_list(p_columns, 'given.%2$I = present.%2$I', ' and ', true),
            system.audit_list(p_columns, 'present.%2$I is null', ' and ', true)
        ),
        system.audit_moved_statement(p_name, p_history, p_columns),
        system.audit_insert_statement(
            p_history, p_columns, '''U''', system.audit_list(p_columns, 'given.%2$I'),
            'from old_rows as given;'
        )
    );
$function$;

comment on function system.audit_update_body(text, regclass, jsonb) is
'Return the body that records an update of a table without partitions. p_name: of
system.audited_tables. p_columns: as in system.audit_shapes.';
