create or replace function strangler.log_step(
    p_move text,
    p_step text,
    p_outcome text,
    p_detail text
)
returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    insert into strangler.move_steps (move, step, outcome, detail)
    values (p_move, p_step, p_outcome, p_detail);
$function$;

comment on function strangler.log_step(text, text, text, text) is
'Keep one line about a move. p_outcome: done, refused or failed.';
