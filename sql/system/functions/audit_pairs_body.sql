-- In a partitioned table an update may move a row to another partition, of which no
-- trigger for rows tells; so old and new rows are paired. A full join is never done
-- by a nested loop, whatever the number of rows was when the plan was made.
create or replace function system.audit_pairs_body(p_history regclass, p_columns jsonb)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select system.audit_insert_statement(
        p_history,
        p_columns,
        format(
            'case when %s then ''N'' else ''U'' end::"char"',
            system.audit_list(p_columns, 'given.%2$I is null', ' and ', true)
        ),
        system.audit_list(
            p_columns, 'given.%2$I',
            p_key_form => 'coalesce(given.%2$I, made.%2$I)'
        ),
        format(
            'from old_rows as given full join new_rows as made on %s'
            ' where %s or %s or given *<> made;',
            system.audit_list(p_columns, 'given.%2$I = made.%2$I', ' and ', true),
            system.audit_list(p_columns, 'given.%2$I is null', ' and ', true),
            system.audit_list(p_columns, 'made.%2$I is null', ' and ', true)
        )
    );
$function$;

comment on function system.audit_pairs_body(regclass, jsonb) is
'Return the body that records an update of a partitioned table. p_columns: as in
system.audit_shapes.';
