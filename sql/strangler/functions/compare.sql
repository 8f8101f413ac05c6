-- One statement, so one snapshot of source and target: since every change is captured
-- in its own transaction, the two agree at any moment, and writes need not stop. The
-- mapping is the one that capture and backfill use. A row is moved when all it says
-- stands in the target, merged when the target says the same as of another moment, or
-- something newer.
create or replace function strangler.compare(p_move text)
returns strangler.comparisons
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set jit = off
set work_mem = '64MB'
as $function$
declare
    v_move constant strangler.moves := strangler.lock_started_move(p_move);
    v_started constant timestamptz := clock_timestamp();
    v_found jsonb;
    v_comparison strangler.comparisons;
begin
    execute strangler.comparison_query(v_move) into strict v_found;
    insert into strangler.comparisons (
        move, source_rows, moved, merged, quarantined, missing, different, extra,
        duration_ms
    )
    select
        p_move,
        counts.source_rows,
        counts.moved,
        counts.merged,
        counts.quarantined,
        counts.missing,
        counts.different,
        counts.extra,
        extract(epoch from clock_timestamp() - v_started) * 1000
    from jsonb_to_record(v_found -> 'counts') as counts (
        source_rows bigint, moved bigint, merged bigint, quarantined bigint,
        missing bigint, different bigint, extra bigint
    )
    returning * into strict v_comparison;
    insert into strangler.mismatches (comparison_id, number, kind, row_key, detail)
    select
        v_comparison.id,
        sample.number,
        sample.mismatch ->> 'kind',
        sample.mismatch -> 'key',
        sample.mismatch -> 'detail'
    from jsonb_array_elements(v_found -> 'samples')
        with ordinality as sample (mismatch, number);
    perform strangler.log_step(
        p_move, 'compare',
        case when v_comparison.is_clean then 'done' else 'failed' end,
        format(
            '%s rows = %s moved + %s merged + %s quarantined; '
            '%s missing, %s different, %s extra',
            v_comparison.source_rows, v_comparison.moved, v_comparison.merged,
            v_comparison.quarantined, v_comparison.missing, v_comparison.different,
            v_comparison.extra
        )
    );
    return v_comparison;
end;
$function$;

comment on function strangler.compare(text) is
'Compare the source of a move with its target, exactly and under writes, and keep the
result; is_clean says whether every source row is moved, merged or quarantined, and no
target row of the move is without a source. Samples are in strangler.mismatches.
Errors: MD305; MD306 before it is started; whatever its mapping raises.';
