create or replace function system.audit_moved_statement(
    p_name text, p_history regclass, p_columns jsonb
)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with key as (
        select jsonb_path_query_array(p_columns, '$[*] ? (@.key > 0)') as columns
    )

    select format(
        'with moved as (delete from system.audit_moved_keys as moved'
        ' where moved.name = %L and moved.transaction_id = v_transaction'
        ' returning moved.new_row) %s',
        p_name,
        system.audit_insert_statement(
            p_history, key.columns, '''N''',
            system.audit_list(key.columns, '(moved.new_row ->> %2$L)::%3$s'),
            format(
                'from moved where not exists (select from old_rows as given where %s);',
                system.audit_list(
                    key.columns, 'given.%2$I = (moved.new_row ->> %2$L)::%3$s', ' and '
                )
            )
        )
    )
    from key;
$function$;

comment on function system.audit_moved_statement(text, regclass, jsonb) is
'Return the statement that records which keys rows came to from other keys.
p_name: of system.audited_tables. p_columns: as in system.audit_shapes.';
