create or replace function strangler.capture_statements(
    p_move strangler.moves,
    p_event text,
    p_is_careful boolean
)
returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_form constant text := case
        when p_is_careful
            then 'perform strangler.withdraw_carefully(%1$L, %2$L, v_rows);'
        else 'perform strangler.capture_%2$s_%1$s(v_rows);'
    end;
    v_mark constant text := format(v_form, p_move.name, 'mark');
    v_withdraw constant text := format(v_form, p_move.name, 'withdraw');
    v_write constant text := format(
        case
            when p_is_careful then 'v_refused := v_refused + strangler.write_carefully('
                '%1$L, v_rows, ''replace'', ''capture'');'
            else 'v_refused := v_refused + strangler.capture_write_%1$s('
                'v_rows, ''replace'', ''capture'');'
        end,
        p_move.name
    );
    v_deleted constant text := format(
        'select row(given.*)::%s as source_row from old_rows as given',
        p_move.source_table::regclass
    );
begin
    return case p_event
        when 'insert'
            then strangler.loop_statement(strangler.present_query(p_move), v_write)
        when 'update'
            then strangler.update_statements(p_move, v_write, v_mark, v_withdraw)
        when 'delete'
            then strangler.loop_statement(v_deleted, v_mark || v_withdraw)
        when 'truncate' then format('perform strangler.withdraw_all(%L);', p_move.name)
    end;
end;
$function$;

comment on function strangler.capture_statements(strangler.moves, text, boolean) is
'Return the PL/pgSQL that carries one statement on the source of a move to its target.
p_event: insert, update, delete or truncate. p_is_careful: one by one where all at once
fails. Part of strangler.generate_trigger().';
