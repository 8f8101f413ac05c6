create or replace function strangler.require_proof(p_move text)
returns uuid
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_since timestamptz;
    v_last strangler.comparisons;
    v_move strangler.moves;
begin
    select greatest(backfill.finished_at, max(cutover.cut_over_at)) into v_since
    from strangler.backfills as backfill
    left join strangler.cutovers as cutover on backfill.move = cutover.move
    where backfill.move = p_move
    group by backfill.finished_at;
    select * into v_last
    from strangler.comparisons as comparison
    where comparison.move = p_move and comparison.compared_at > v_since
    order by comparison.compared_at desc
    limit 1;
    if v_last.is_clean is not true then
        raise exception 'move "%" has no clean comparison since its last step', p_move
            using errcode = 'MD308',
                detail = case
                    when v_last.id is null then 'None was made.'
                    else format(
                        'The last one found %s missing, %s different and %s extra.',
                        v_last.missing, v_last.different, v_last.extra
                    )
                end,
                hint = format(
                    'Run "mdt move compare %s" and see what it says.', p_move
                );
    end if;
    -- Conservation holds for a mapping that refuses every row, too.
    select * into strict v_move from strangler.moves as move where move.name = p_move;
    if v_last.quarantined * 100 > v_last.source_rows * v_move.quarantine_limit_percent then
        raise exception 'move "%" has % of % rows in quarantine',
            p_move, v_last.quarantined, v_last.source_rows
            using errcode = 'MD309',
                detail = format(
                    'At most %s percent are allowed; the most frequent reason is: %s.',
                    v_move.quarantine_limit_percent,
                    (
                        select held.reason
                        from strangler.quarantine as held
                        where held.move = p_move
                        group by held.reason
                        order by count(*) desc, held.reason asc
                        limit 1
                    )
                ),
                hint = format(
                    'Mend the mapping or the rows, or allow more with '
                    '"mdt move cutover --quarantine-limit PERCENT %s".', p_move
                );
    end if;
    return v_last.id;
end;
$function$;

comment on function strangler.require_proof(text) is
'Return the last comparison of a move since its last step. Errors: MD308 when there is
none, or it is not clean; MD309 when it found more rows in quarantine than allowed.';
