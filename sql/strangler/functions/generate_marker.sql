-- What is refused now may have been written when it was not, so nothing is left out
-- here.
create or replace function strangler.generate_marker(p_move strangler.moves)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    execute format(
        $template$
        create or replace function strangler.%1$I(p_gone %2$s[])
        returns void
        language plpgsql volatile
        set search_path = pg_catalog, pg_temp
        as $body$
        begin
            update %3$s as target
            set origin = %4$L
            from unnest(p_gone) as given
            cross join lateral %5$s(given) as mapped
            where
                %6$s
                and target.origin = %7$L
                and target.observed_at <= mapped.observed_at;
        end;
        $body$;
        $template$,
        'capture_mark_' || p_move.name,
        p_move.source_table::regclass,
        p_move.target_table::regclass,
        'withdrawn:' || p_move.name,
        p_move.map_function,
        strangler.match_expression(p_move, 'mapped', 'row'),
        'move:' || p_move.name
    );
end;
$function$;

comment on function strangler.generate_marker(strangler.moves) is
'Create the function strangler.capture_mark_<move>(source rows[]), which marks what rows
said that are gone, unless the target has something newer, or of somebody else. What the
writer writes then takes the mark off; strangler.capture_withdraw_<move>() takes the
rest.';
