create or replace function system.undo_statement(
    p_registered system.audited_tables,
    p_columns jsonb,
    p_operation text,
    p_source text
)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with lists as (
        select
            jsonb_path_query_array(
                p_columns, '$[*] ? (@.computed == false)'
            ) as stored,
            jsonb_path_query_array(
                p_columns,
                '$[*] ? (@.computed == false && @.identity == false'
                ' && @.key == null)'
            ) as changeable,
            system.audit_list(
                p_columns, 'present.%2$I = kept.%1$I', ' and ', true
            ) as is_same
    )

    select case
        when p_operation = 'I'
            then format(
                'delete from %s as present using %s where %s',
                p_registered.audited, p_source, lists.is_same
            )
        when p_operation in ('D', 'T')
            then format(
                'insert into %s (%s) overriding system value select %s from %s',
                p_registered.audited,
                system.audit_list(lists.stored, '%2$I'),
                system.audit_list(lists.stored, 'kept.%1$I'),
                p_source
            )
        when p_operation = 'U'
            then format(
                'update %s as present set %s from %s where %s',
                p_registered.audited,
                coalesce(
                    system.audit_list(lists.changeable, '%2$I = kept.%1$I'),
                    system.audit_list(p_columns, '%2$I = kept.%1$I', ', ', true)
                ),
                p_source,
                lists.is_same
            )
    end
    from lists;
$function$;

comment on function system.undo_statement(
    system.audited_tables, jsonb, text, text
) is
'Return the statement that undoes changes of one kind. p_columns: as in
system.audit_shapes. p_operation: the letter in the history. p_source: SQL that yields
"kept", the first change of each row.';
