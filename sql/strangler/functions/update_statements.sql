-- An update takes away what a row said when it gets another key or group, or goes to
-- quarantine. It is marked before the new rows are written: they may say the same.
create or replace function strangler.update_statements(
    p_move strangler.moves,
    p_write text,
    p_mark text,
    p_withdraw text
)
returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_moved constant text := 'paired.successors = 0';
    v_held constant text := format(
        'paired.successors > 0 and exists (select from strangler.quarantine as known'
        ' where known.move = %L and known.source_key = %s)',
        p_move.name, strangler.key_expression(p_move.source_key, '(paired.source_row)')
    );
    v_mark_moved constant text := strangler.loop_statement(
        strangler.outdated_query(p_move, v_moved), p_mark
    );
    v_mark_held constant text := strangler.loop_statement(
        strangler.outdated_query(p_move, v_held), p_mark
    );
    v_withdraw constant text := strangler.loop_statement(
        strangler.outdated_query(p_move, format('%s or %s', v_moved, v_held)),
        p_withdraw
    );
begin
    return v_mark_moved
    || 'v_is_outdated := found;'
    || strangler.loop_statement(strangler.present_query(p_move), p_write)
    || format('if v_refused > 0 then %s end if;', v_mark_held)
    || format('if v_is_outdated or v_refused > 0 then %s end if;', v_withdraw);
end;
$function$;

comment on function strangler.update_statements(strangler.moves, text, text, text) is
'Return the PL/pgSQL that carries an update of the source of a move to its target.
p_write, p_mark, p_withdraw: what is done with v_rows. Part of
strangler.capture_statements().';
