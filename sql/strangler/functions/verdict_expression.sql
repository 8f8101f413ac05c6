create or replace function strangler.verdict_expression(p_move strangler.moves)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        $template$
            case
                when %1$s then 'quarantined'
                when target.origin is null then 'missing'
                when (%2$s) is not distinct from (%3$s)
                    then case
                        when target.observed_at = (mapped.target_row).observed_at
                            then 'moved'
                        else 'merged'
                    end
                when target.observed_at > (mapped.target_row).observed_at then 'merged'
                when target.observed_at = (mapped.target_row).observed_at then 'tie'
                else 'different'
            end
        $template$,
        strangler.refusal_condition('(mapped.target_row)'),
        strangler.column_list(p_move.target_values, 'target'),
        strangler.column_list(p_move.target_values, '(mapped.target_row)')
    );
$function$;

comment on function strangler.verdict_expression(strangler.moves) is
'Return SQL that judges a mapped row by the row "target"; a tie is another value of the
same moment. Part of strangler.judging_query().';
