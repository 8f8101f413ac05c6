-- A row that cannot be written goes to quarantine and takes no other row with it: a set
-- that fails is halved until it is found. A backfill waits for locks and comes again.
create or replace function strangler.write_carefully(
    p_move text,
    p_rows anyarray,
    p_on_tie text,
    p_found_by text
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_half constant integer := cardinality(p_rows) / 2;
    v_quarantined integer;
begin
    execute format('select strangler.%I($1, $2, $3)', 'capture_write_' || p_move)
    into strict v_quarantined
    using p_rows, p_on_tie, p_found_by;
    return v_quarantined;
exception
    when others then
        if p_found_by = 'backfill' and sqlstate in ('40001', '40P01', '55P03') then
            raise;
        end if;
        if v_half > 0 then
            return
                strangler.write_carefully(
                    p_move, p_rows[:v_half], p_on_tie, p_found_by
                )
                + strangler.write_carefully(
                    p_move, p_rows[v_half + 1:], p_on_tie, p_found_by
                );
        end if;
        insert into strangler.quarantine as known (
            move, source_key, source_row, reason, error_code, found_by
        )
        select
            p_move,
            (
                select jsonb_object_agg(part.name, to_jsonb(p_rows[1]) -> part.name)
                from unnest(move.source_key) as part (name)
            ),
            to_jsonb(p_rows[1]),
            format('%s: %s', sqlstate, sqlerrm),
            sqlstate,
            p_found_by
        from strangler.moves as move
        where move.name = p_move
        on conflict (move, source_key) do update set
            source_row = excluded.source_row,
            reason = excluded.reason,
            error_code = excluded.error_code;
        return 1;
end;
$function$;

comment on function strangler.write_carefully(text, anyarray, text, text) is
'Map rows of the source of a move and write them, or put them into quarantine; return
how
many went there. p_rows: source rows. p_on_tie: replace or keep. p_found_by: capture or
backfill. Errors: 40001, 40P01 and 55P03 for a backfill alone.';
