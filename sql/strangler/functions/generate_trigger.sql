-- It runs with the rights of the owner of the toolkit, since the application has none
-- on our tables, and it never fails: what goes wrong in ours must not undo what the
-- application wrote. What is pinned is what the result could depend on, or be slow
-- with: keys in JSON hold times, and the first calls of a session are not to plan again
-- and again. It declares only what the statements of its event use.
create or replace function strangler.generate_trigger(
    p_move strangler.moves,
    p_event text,
    p_referencing text
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_name constant text := format('capture_%s_%s', p_event, p_move.name);
    v_source constant regclass := p_move.source_table::regclass;
    v_counts constant boolean := p_event in ('insert', 'update');
begin
    execute format(
        $template$
        create or replace function strangler.%1$I()
        returns trigger
        language plpgsql volatile security definer
        set search_path = pg_catalog, pg_temp set timezone = 'UTC'
        set plan_cache_mode = 'force_generic_plan' set jit = off
        as $body$
        declare
            %2$s
        begin
            %3$s
            return null;
        exception
            when others then
                begin
                    %6$s
                    %4$s
                exception
                    when others then
                        perform strangler.report_loss(%5$L, tg_op, sqlstate, sqlerrm);
                end;
                return null;
        end;
        $body$;
        $template$,
        v_name,
        concat_ws(
            ' ',
            case when p_event <> 'truncate' then format('v_rows %s[];', v_source) end,
            case when v_counts then 'v_refused integer := 0;' end,
            case when p_event = 'update' then 'v_is_outdated boolean;' end
        ),
        strangler.capture_statements(p_move, p_event, false),
        strangler.capture_statements(p_move, p_event, true),
        p_move.name,
        case when v_counts then 'v_refused := 0;' end
    );
    execute format('revoke all on function strangler.%I() from public', v_name);
    execute format(
        'create or replace trigger %I after %s on %s %s for each statement'
        ' execute function strangler.%I()',
        v_name, p_event, v_source, p_referencing, v_name
    );
end;
$function$;

comment on function strangler.generate_trigger(strangler.moves, text, text) is
'Create one capture trigger of a move, and its function. p_event: insert, update, delete
or truncate. p_referencing: its transition tables. Part of
strangler.generate_capture().';
