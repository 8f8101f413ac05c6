create or replace function system.audit_insert_statement(
    p_history regclass,
    p_columns jsonb,
    p_operation text,
    p_values text,
    p_source text,
    p_is_dynamic boolean default false
)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        'insert into %s ('
        'trail_at, trail_operation, trail_transaction, trail_role, trail_actor,'
        ' trail_reason, trail_migration, %s)'
        ' select %s %s',
        p_history,
        system.audit_list(p_columns, '%1$I'),
        format(
            case
                when p_is_dynamic then '$1, %s, $2, $3, $4, $5, $6, %s'
                else 'v_at, %s, v_transaction, v_role, v_actor, v_reason, v_migration,'
                    ' %s'
            end,
            p_operation, p_values
        ),
        p_source
    );
$function$;

comment on function system.audit_insert_statement(
    regclass, jsonb, text, text, text, boolean
) is
'Return the statement with which a generated trigger writes to a history. p_columns: as
in system.audit_shapes. p_operation: SQL that yields the letter. p_values: list of
values. p_source: what follows it, from ... where ... p_is_dynamic: for execute, with $1
to $6 in place of the variables of the trigger.';
