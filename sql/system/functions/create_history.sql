-- Everything but the key may be null: a row that was inserted has no old values.
create or replace function system.create_history(p_table regclass)
returns system.audited_tables
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_name constant text := system.name_history(p_table);
    v_history constant text := format('system.%I', v_name || '_history');
    v_registered system.audited_tables;
begin
    execute format(
        'create table %s (
            trail_id bigint not null default nextval(''system.audit_change_id''),
            trail_at timestamptz not null,
            trail_operation "char" not null,
            trail_transaction bigint not null,
            trail_role text not null,
            trail_actor text,
            trail_reason text,
            trail_migration text,
            %s,
            constraint %I primary key (%s, trail_id, trail_at)
        ) partition by range (trail_at)',
        v_history,
        (
            select string_agg(
                format('%I %s', column_.name, column_.kept_type), ', '
                order by column_.number
            )
            from system.audited_columns(p_table) as column_
        ),
        v_name || '_history_pkey',
        (
            select string_agg(quote_ident(column_.name), ', '
                order by column_.key_position)
            from system.audited_columns(p_table) as column_
            where column_.key_position is not null
        )
    );
    -- One, and for statements: each trigger is copied at every insert, also by those that
    -- it is not for, and on the partitions as well if it is for rows.
    execute format(
        'create trigger append_only before update or delete or truncate on %s'
        ' for each statement execute function system.refuse_history_change()', v_history
    );
    perform system.comment_history(v_history::regclass, p_table);
    insert into system.audited_tables (name, audited, history)
    values (v_name, p_table, v_history::regclass)
    returning * into strict v_registered;
    return v_registered;
end;
$function$;

comment on function system.create_history(regclass) is
'Create the history of a table and register it; return what was registered.';
