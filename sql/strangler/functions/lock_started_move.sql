create or replace function strangler.lock_started_move(p_move text)
returns strangler.moves
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_move constant strangler.moves := strangler.lock_move(p_move);
begin
    if v_move.state in ('defined', 'rolled_back') then
        raise exception 'move "%" has not been started', p_move
            using errcode = 'MD306',
                hint = format('Start it with "mdt move start %s".', p_move);
    end if;
    return v_move;
end;
$function$;

comment on function strangler.lock_started_move(text) is
'Return a move that is on its way, locked until the transaction ends. Errors: MD305 when
it is not defined; MD306 when it is not started, or taken back.';
