create or replace function strangler.report_loss(
    p_move text,
    p_event text,
    p_code text,
    p_message text
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    insert into system.logs (level, component, message, details)
    values (
        'error', 'capture', format('capture of %s failed in move %s', p_event, p_move),
        jsonb_build_object('sqlstate', p_code, 'message', p_message)
    );
exception
    when others then
        raise warning 'capture of % failed in move "%": %', p_event, p_move, p_message
            using errcode = p_code;
end;
$function$;

comment on function strangler.report_loss(text, text, text, text) is
'Log that a change was not carried over; a comparison will find it. Raises nothing but a
warning, should the log not be writable either. p_event: such as INSERT. p_code: its
SQLSTATE.';
