-- What is still marked as withdrawn when it was written gave way to what is known of a
-- later time. But its source says it now: so what is known from then on is taken back,
-- and it is written again.
create or replace function strangler.restating_statement(p_move strangler.moves)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select case
        when p_move.forget_function is null then ''
        else format(
            $template$
                v_marked := array(
                    select mapped
                    from unnest(v_accepted) as mapped
                    where
                        exists (
                            select
                            from %1$s as target
                            where %2$s and target.origin = %3$L
                        )
                        or num_nulls(%4$s) > 0
                        and exists (
                            select
                            from %1$s as target
                            where %5$s and target.origin = %3$L
                        )
                );
                if cardinality(v_marked) > 0 then
                    perform %6$s(v_marked);
                    perform %7$s(v_marked, p_on_tie);
                end if;
            $template$,
            p_move.target_table::regclass,
            strangler.match_expression(p_move, 'mapped', 'index'),
            'withdrawn:' || p_move.name,
            strangler.column_list(p_move.target_key, 'mapped'),
            strangler.match_expression(p_move, 'mapped', 'row'),
            p_move.forget_function,
            p_move.write_function
        )
    end;
$function$;

comment on function strangler.restating_statement(strangler.moves) is
'Return the statements with which the writer of a move takes a withdrawal back. Part of
strangler.generate_writer().';
