create or replace function strangler.require_proof(p_move text)
returns uuid
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_since timestamptz;
    v_last strangler.comparisons;
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
    return v_last.id;
end;
$function$;

comment on function strangler.require_proof(text) is
'Return the last comparison of a move since its last step. Errors: MD308 when there is
none, or it is not clean.';
