create or replace function strangler.marked_condition(
    p_move strangler.moves,
    p_has_values boolean
)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        $template$
            exists (
                select
                from %1$s as target
                where
                    %2$s
                    and target.origin = %3$L
                    and %4$s
            )
        $template$,
        p_move.target_table::regclass,
        strangler.match_expression(p_move, 'mapped', 'row'),
        'withdrawn:' || p_move.name,
        case
            when p_has_values
                then format(
                    'num_nonnulls(%s) > 0',
                    strangler.column_list(p_move.target_values, 'target')
                )
            else 'true'
        end
    );
$function$;

comment on function strangler.marked_condition(strangler.moves, boolean) is
'Return SQL that tells whether what the row "mapped" of a move says stands marked in the
target. p_has_values: and is not withdrawn already. Part of
strangler.generate_withdrawer().';
