-- What is written meanwhile has no mark any more when its lock is had, and is passed
-- over.
create or replace function strangler.withdraw_marked(p_move strangler.moves)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    execute format(
        $template$
        select %1$s(
            coalesce(
                array_agg(
                    jsonb_populate_record(
                        null::%2$s, to_jsonb(marked.target)
                    )
                ),
                '{}'
            ),
            clock_timestamp()
        )
        from (
            select target
            from %3$s as target
            where target.origin = %4$L and num_nonnulls(%5$s) > 0
            for no key update
        ) as marked
        $template$,
        p_move.withdraw_function,
        strangler.mapped_type(p_move.map_function, p_move.source_table::regclass),
        p_move.target_table::regclass,
        'withdrawn:' || p_move.name,
        strangler.column_list(p_move.target_values, 'target')
    );
end;
$function$;

comment on function strangler.withdraw_marked(strangler.moves) is
'Take away what a move wrote and its source does not say any more.';
