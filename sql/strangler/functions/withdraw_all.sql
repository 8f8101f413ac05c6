-- Without the lock of a step: the application does not wait for ours.
create or replace function strangler.withdraw_all(p_move text)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_move strangler.moves;
begin
    select * into strict v_move
    from strangler.moves as move
    where move.name = p_move;
    perform strangler.mark_all(v_move);
    perform strangler.withdraw_marked(v_move);
    delete from strangler.quarantine as known
    where known.move = p_move;
end;
$function$;

comment on function strangler.withdraw_all(text) is
'Take away all that a move wrote: its source was truncated.';
