-- Capture first, backfill second: a change made in between is written twice and lost
-- never. What an earlier run copied is marked, so that what has changed since, or is
-- gone, does not stay; that comes before the source is locked, since it may take a
-- while.
create or replace function strangler.start(p_move text)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_move constant strangler.moves := strangler.lock_move(p_move);
    v_source constant regclass := to_regclass(v_move.source_table);
begin
    if v_move.state not in ('defined', 'rolled_back') then
        return;
    end if;
    perform strangler.check_move(v_move);
    if row_security_active(v_source) then
        raise exception 'role "%" sees only the rows of % that its policies allow',
            current_user, v_source
            using errcode = '42501',
                hint = 'Start the move as the owner of the table, '
                'or as a role with bypassrls.';
    end if;
    delete from strangler.quarantine as known
    where known.move = p_move;
    perform strangler.mark_all(v_move);
    perform strangler.generate_capture(p_move);
    perform strangler.begin_backfill(v_move);
    update strangler.moves as move
    set state = 'capturing', rollout_percent = 0, updated_at = now()
    where move.name = p_move;
    perform system.set_flag(
        'move:' || p_move, false, 0, 'Who reads the new table of move ' || p_move
    );
    perform strangler.log_step(
        p_move, 'start', 'done', format('every change of %s is captured', v_source)
    );
end;
$function$;

comment on function strangler.start(text) is
'Begin to capture every change of the source of a move; nothing else yet. A move that is
already on its way stays as it is. Errors: MD301, MD302, MD303 and MD304 when what it is
made of is gone; MD305; 42501 when row security hides rows of the source; 55000 when its
name is capturing something else.';
