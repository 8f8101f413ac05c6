create or replace function strangler.summing_query(p_move strangler.moves)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        $template$,
        source_row as (
            select
                found.source_key,
                (array_agg(found.detail) filter (where found.detail is not null))[1]
                as detail,
                case
                    when bool_or(found.verdict = 'quarantined') then 'quarantined'
                    when bool_or(found.verdict = 'missing') then 'missing'
                    when
                        bool_or(
                            found.verdict = 'different'
                            or found.verdict = 'tie'
                            and (found.target_table, found.target_row) not in (
                                select moved.target_table, moved.target_row
                                from found as moved
                                where moved.verdict = 'moved'
                            )
                        )
                        then 'different'
                    when bool_or(found.verdict = 'moved') then 'moved'
                    else 'merged'
                end as verdict
            from found
            group by found.source_key
        ),
        extra as (
            select %1$s as row_key, %2$s as detail
            from %3$s as target
            where
                target.origin = %4$L
                and num_nonnulls(%5$s) > 0
                and not exists (
                    select
                    from mapped
                    where (mapped.target_row).reject_reason is null and %6$s
                )
        )
        $template$,
        strangler.key_expression(p_move.target_key, 'target'),
        strangler.key_expression(p_move.target_values || 'observed_at'::text, 'target'),
        p_move.target_table::regclass,
        'move:' || p_move.name,
        strangler.column_list(p_move.target_values, 'target'),
        strangler.match_expression(p_move, '(mapped.target_row)', 'hash')
    );
$function$;

comment on function strangler.summing_query(strangler.moves) is
'Return the part of a comparison that sums up the verdicts on each source row, and finds
target rows without one. Part of strangler.comparison_query().';
