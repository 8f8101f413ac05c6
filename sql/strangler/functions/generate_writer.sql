-- One writer per move, used by capture and backfill alike, so the two cannot disagree.
-- Written out for the table at hand: code that looks things up for each row costs the
-- application more than its own write.
create or replace function strangler.generate_writer(p_move strangler.moves)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    execute format(
        $template$
        create or replace function strangler.%1$I(
            p_rows %2$s[], p_on_tie text, p_found_by text
        )
        returns integer
        language plpgsql volatile
        set search_path = pg_catalog, pg_temp
        as $body$
        declare
            v_accepted %3$s[];
            v_marked %3$s[];
            v_refused integer;
        begin
            %4$s
            if cardinality(v_accepted) > 0 then
                perform %5$s(v_accepted, p_on_tie);
                %6$s
            end if;
            return v_refused;
        end;
        $body$;
        $template$,
        'capture_write_' || p_move.name,
        p_move.source_table::regclass,
        strangler.mapped_type(p_move.map_function, p_move.source_table::regclass),
        strangler.mapping_statement(p_move),
        p_move.write_function,
        strangler.restating_statement(p_move)
    );
end;
$function$;

comment on function strangler.generate_writer(strangler.moves) is
'Create the function strangler.capture_write_<move>(source rows[], on tie, found by),
which
maps rows, writes them or puts them into quarantine, and returns how many went there.';
