-- Rows that are left of the group say first what they say: of several rows that share a
-- target row, the newest counts that is still there.
create or replace function strangler.generate_withdrawer(p_move strangler.moves)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_source constant regclass := p_move.source_table::regclass;
begin
    execute format(
        $template$
        create or replace function strangler.%1$I(p_gone %2$s[])
        returns void
        language plpgsql volatile
        set search_path = pg_catalog, pg_temp
        as $body$
        declare
            v_gone %3$s[];
            v_left %2$s[];
        begin
            %4$s
            v_gone := array(
                select jsonb_populate_record(mapped, '{"origin": "%5$s"}')
                from unnest(p_gone) as given
                cross join lateral %6$s(given) as mapped
                where %7$s
            );
            if cardinality(v_gone) = 0 then
                return;
            end if;
            v_left := array(
                select present
                from %2$s as present
                where (%8$s) in (select %9$s from unnest(p_gone) as given)
            );
            if cardinality(v_left) > 0 then
                perform strangler.write_carefully(%10$L, v_left, 'replace', 'capture');
            end if;
            v_gone := array(
                select mapped from unnest(v_gone) as mapped where %11$s
            );
            if cardinality(v_gone) > 0 then
                perform %12$s(v_gone, clock_timestamp());
            end if;
        end;
        $body$;
        $template$,
        'capture_withdraw_' || p_move.name,
        v_source,
        strangler.mapped_type(p_move.map_function, v_source),
        strangler.releasing_statement(p_move),
        'withdrawn:' || p_move.name,
        p_move.map_function,
        strangler.marked_condition(p_move, false),
        strangler.column_list(p_move.source_group, 'present'),
        strangler.column_list(p_move.source_group, 'given'),
        p_move.name,
        strangler.marked_condition(p_move, true),
        p_move.withdraw_function
    );
end;
$function$;

comment on function strangler.generate_withdrawer(strangler.moves) is
'Create the function strangler.capture_withdraw_<move>(source rows[]), which takes away
what is marked of what these rows said, and those that are gone from quarantine. It stays
marked: should a row come back with an older time, the source is not late with it.';
