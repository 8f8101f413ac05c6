create or replace function system.comment_history(p_history regclass, p_table regclass)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_column text;
    v_comment text;
begin
    execute format(
        'comment on table %s is %L', p_history,
        format('What the rows of %s were before each change; append-only.', p_table)
    );
    for v_column, v_comment in
        select attribute.attname, case attribute.attname
            when 'trail_id' then 'Order of the change among all audited changes.'
            when 'trail_at' then 'When the statement ran; the partition key.'
            when 'trail_operation' then 'I insert, U update, D delete, T truncate, '
                'N: a row came to this key from another.'
            when 'trail_transaction' then 'Transaction, as txid_current() tells it.'
            when 'trail_role' then 'Role that the session logged in with.'
            when 'trail_actor' then 'Who it says it acts for: the setting mdt.actor.'
            when 'trail_reason' then 'The setting mdt.reason, else the application.'
            when 'trail_migration' then 'Migration that did it, if one.'
            else 'Value before the change.'
        end
        from pg_catalog.pg_attribute as attribute
        where
            attribute.attrelid = p_history
            and attribute.attnum > 0
            and not attribute.attisdropped
    loop
        execute format(
            'comment on column %s.%I is %L', p_history, v_column, v_comment
        );
    end loop;
end;
$function$;

comment on function system.comment_history(regclass, regclass) is
'Say on a history and its columns what they hold.';
