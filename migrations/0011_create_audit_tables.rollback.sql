-- The histories go with it: what is to be kept has to be exported before.
-- allow: hidden_ddl, what was generated has names that only the database knows
-- allow: unreadable_statement, it drops the template that pg_partman made of a history
-- allow: unbatched_write, one row of pg_partman's settings for each history
-- allow: drop_table, what records changes goes with what it records them for
do $do$
declare
    v_registered record;
    v_trigger record;
    v_function regprocedure;
    v_partman text;
    v_template text;
begin
    select namespace.nspname into v_partman
    from pg_extension as extension
    inner join pg_namespace as namespace on extension.extnamespace = namespace.oid
    where extension.extname = 'pg_partman';
    for v_registered in select name, history from system.audited_tables loop
        for v_function in
            select oid::regprocedure
            from pg_proc
            where
                pronamespace = 'system'::regnamespace
                and proname in (
                    'audit_insert_' || v_registered.name,
                    'audit_update_' || v_registered.name,
                    'audit_delete_' || v_registered.name,
                    'audit_truncate_' || v_registered.name,
                    'audit_mark_' || v_registered.name
                )
        loop
            for v_trigger in
                select tgname, tgrelid::regclass as relation
                from pg_trigger
                where tgfoid = v_function
            loop
                execute format(
                    'drop trigger %I on %s', v_trigger.tgname, v_trigger.relation
                );
            end loop;
            execute format('drop function %s', v_function);
        end loop;
        execute format(
            'delete from %I.part_config where parent_table = $1'
            ' returning template_table', v_partman
        )
        into v_template
        using format('system.%s_history', v_registered.name);
        if v_template is not null then
            execute format('drop table if exists %s', v_template);
        end if;
        execute format('drop table system.%I', v_registered.name || '_history');
    end loop;
end;
$do$;
drop function system.refuse_history_change();
drop table system.audit_moved_keys;
drop table system.audit_shapes;
drop table system.audited_tables;
drop sequence system.audit_change_id;
