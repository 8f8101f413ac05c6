-- Upwards it goes one step at a time, and only on the proof of a clean comparison that
-- is younger than the step before; downwards it goes at any time, without a question.
create or replace function strangler.set_rollout(p_move text, p_percent integer)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_move constant strangler.moves := strangler.lock_move(p_move);
    v_steps constant integer[] := array[0, 10, 50, 100];
    v_proof uuid;
begin
    if p_percent is null or p_percent <> all(v_steps) then
        raise exception 'a rollout of % percent is not one of the steps', p_percent
            using errcode = '22023', hint = 'The steps are 0, 10, 50 and 100 percent.';
    end if;
    if v_move.state not in ('comparing', 'rolling_out', 'cut_over') then
        raise exception 'move "%" is %, so nobody can read its new table yet',
            p_move, v_move.state
            using errcode = 'MD306',
                hint = format('Finish the backfill with "mdt move backfill %s".', p_move);
    end if;
    if p_percent = v_move.rollout_percent then
        return;
    end if;
    if p_percent > v_move.rollout_percent then
        if array_position(v_steps, p_percent)
            > array_position(v_steps, v_move.rollout_percent) + 1
        then
            raise exception 'move "%" is at % percent and cannot skip to %',
                p_move, v_move.rollout_percent, p_percent
                using errcode = 'MD307', hint = 'The steps are 10, 50 and 100 percent.';
        end if;
        v_proof := strangler.require_proof(p_move);
    end if;
    insert into strangler.cutovers (move, from_percent, to_percent, comparison_id)
    values (p_move, v_move.rollout_percent, p_percent, v_proof);
    update strangler.moves as move
    set
        rollout_percent = p_percent,
        state = case p_percent
            when 0 then 'comparing' when 100 then 'cut_over' else 'rolling_out'
        end,
        updated_at = now()
    where move.name = p_move;
    perform system.set_flag('move:' || p_move, p_percent > 0, p_percent);
    perform strangler.log_step(
        p_move, 'rollout', 'done',
        format('%s -> %s percent read the new table', v_move.rollout_percent, p_percent)
    );
end;
$function$;

comment on function strangler.set_rollout(text, integer) is
'Let a percentage of subjects read the new table of a move: 0, 10, 50 or 100.
Readers ask system.flag_enabled(''move:<name>'', subject). Down is always allowed; up
needs a clean comparison younger than the last step, and no step is skipped.
Errors: 22023 for another percentage; MD305; MD306 too early; MD307 a step skipped;
MD308, MD309 from strangler.require_proof().';
