create or replace function system.generate_audit_functions(p_name text)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_registered system.audited_tables;
    v_columns constant jsonb := system.last_shape(p_name);
    v_key constant jsonb := jsonb_path_query_array(v_columns, '$[*] ? (@.key > 0)');
    v_is_partitioned boolean;
begin
    select registered.* into strict v_registered
    from system.audited_tables as registered where registered.name = p_name;
    select class.relkind = 'p' into strict v_is_partitioned
    from pg_catalog.pg_class as class where class.oid = v_registered.audited;
    perform system.generate_audit_function(
        p_name, 'insert',
        system.audit_insert_statement(
            v_registered.history, v_key, '''I''',
            system.audit_list(v_key, 'given.%2$I'), 'from new_rows as given;'
        )
    );
    perform system.generate_audit_function(
        p_name, 'delete',
        system.audit_insert_statement(
            v_registered.history, v_columns, '''D''',
            system.audit_list(v_columns, 'given.%2$I'), 'from old_rows as given;'
        )
    );
    perform system.generate_audit_function(
        p_name, 'truncate', system.audit_truncate_body(v_registered.history, v_columns)
    );
    perform system.generate_audit_function(
        p_name, 'update',
        case
            when v_is_partitioned
                then system.audit_pairs_body(v_registered.history, v_columns)
            else system.audit_update_body(p_name, v_registered.history, v_columns)
        end
    );
    if not v_is_partitioned then
        perform system.generate_audit_mark(p_name, v_key);
    end if;
end;
$function$;

comment on function system.generate_audit_functions(text) is
'Create, or create anew, the functions that record the changes of an audited table, as
static SQL for the columns that it has. p_name: of system.audited_tables.';
