create or replace function system.audit_operation(p_letter text)
returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select case p_letter
        when 'I' then 'insert'
        when 'U' then 'update'
        when 'D' then 'delete'
        when 'T' then 'truncate'
        when 'N' then 'move'
    end;
$function$;

comment on function system.audit_operation(text) is
'Return the word for an operation in a history: insert, update, delete, truncate, or
move: an update brought the row here from another primary key.';
