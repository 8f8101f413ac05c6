-- The cursor is saved with its batch, so a killed run goes on where it stopped. A batch
-- gives up on a lock sooner than the server looks for deadlocks, so it is never the
-- application that one of them hits.
create or replace function strangler.backfill_batch(
    p_move text,
    out rows_read integer,
    out is_finished boolean
)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set lock_timeout = '500ms'
set jit = off
as $function$
declare
    v_move constant strangler.moves := strangler.lock_started_move(p_move);
    v_backfill strangler.backfills;
    v_last jsonb;
    v_quarantined integer := 0;
begin
    rows_read := 0;
    is_finished := true;
    if v_move.state not in ('capturing', 'backfilling') then
        return;
    end if;
    select * into strict v_backfill
    from strangler.backfills as backfill
    where backfill.move = p_move;
    if v_backfill.bound_key is not null then
        execute strangler.backfill_query(v_move)
        into strict rows_read, v_last, v_quarantined
        using v_backfill.cursor_key, v_backfill.bound_key, v_backfill.batch_size;
        is_finished := rows_read < v_backfill.batch_size;
    end if;
    update strangler.backfills as backfill
    set
        cursor_key = coalesce(v_last, backfill.cursor_key),
        rows_read = backfill.rows_read + backfill_batch.rows_read,
        rows_quarantined = backfill.rows_quarantined + v_quarantined,
        finished_at = case
            when backfill_batch.is_finished then clock_timestamp()
        end
    where backfill.move = p_move;
    update strangler.moves as move
    set
        state = case
            when backfill_batch.is_finished then 'comparing' else 'backfilling'
        end,
        updated_at = now()
    where move.name = p_move;
    if is_finished then
        perform strangler.withdraw_marked(v_move);
        perform strangler.log_step(
            p_move, 'backfill', 'done',
            format('%s rows read', v_backfill.rows_read + rows_read)
        );
    end if;
end;
$function$;

comment on function strangler.backfill_batch(text) is
'Copy the next old rows of a move, as many as strangler.backfills says; to be called,
and
committed, until it returns is_finished. Does nothing once the backfill is over.
rows_read: source rows read by this call. Errors: MD305; MD306 before it is started;
55P03 when somebody else changes one of its rows for longer than half a second, 40P01
and
40001: to be called again.';
