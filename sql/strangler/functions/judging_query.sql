-- A row is moved when all it says stands in the target. It is merged when the target
-- says the same as of another moment or something newer, or when another row of the
-- source, of the same moment, is the one that counts.
create or replace function strangler.judging_query(p_move strangler.moves)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        $template$
        with mapped as materialized (
            select %1$s as source_key, mapped as target_row
            from %2$s as given
            left join lateral %3$s(given) as mapped on true
            where
                %1$s not in (
                    select held.source_key
                    from strangler.quarantine as held
                    where held.move = %4$L and held.error_code is not null
                )
        ),
        found as (
            select
                mapped.source_key,
                judgement.verdict,
                target.tableoid as target_table,
                target.ctid as target_row,
                case
                    when judgement.verdict in ('missing', 'different', 'tie')
                        then jsonb_build_object(
                            'mapped', %5$s,
                            'found', case when target.origin is not null then %6$s end
                        )
                end as detail
            from mapped
            left join %7$s as target on %8$s and target.origin <> %9$L
            cross join lateral (select %10$s as verdict) as judgement
        )
        $template$,
        strangler.key_expression(p_move.source_key, 'given'),
        p_move.source_table::regclass,
        p_move.map_function,
        p_move.name,
        strangler.key_expression(
            p_move.target_values || 'observed_at'::text, '(mapped.target_row)'
        ),
        strangler.key_expression(p_move.target_values || 'observed_at'::text, 'target'),
        p_move.target_table::regclass,
        strangler.match_expression(p_move, '(mapped.target_row)', 'hash'),
        'withdrawn:' || p_move.name,
        strangler.verdict_expression(p_move)
    );
$function$;

comment on function strangler.judging_query(strangler.moves) is
'Return the part of a comparison that maps each source row and judges it by its target
rows. Part of strangler.comparison_query().';
