-- The old table was written all the time, so going back is to stop reading the new one.
create or replace function strangler.rollback(p_move text)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_move constant strangler.moves := strangler.lock_move(p_move);
begin
    if v_move.state in ('defined', 'rolled_back') then
        return;
    end if;
    perform system.set_flag('move:' || p_move, false, 0);
    perform strangler.drop_capture(p_move);
    if v_move.rollout_percent > 0 then
        insert into strangler.cutovers (move, from_percent, to_percent)
        values (p_move, v_move.rollout_percent, 0);
    end if;
    update strangler.moves as move
    set state = 'rolled_back', rollout_percent = 0, updated_at = now()
    where move.name = p_move;
    perform strangler.log_step(
        p_move, 'rollback', 'done',
        format('%s is read again by all; what was copied stays', v_move.source_table)
    );
end;
$function$;

comment on function strangler.rollback(text) is
'Take a move back: everybody reads the old table again and nothing is captured any more.
What was copied stays, and a new start with its backfill brings it up to date.
Errors: MD305.';
