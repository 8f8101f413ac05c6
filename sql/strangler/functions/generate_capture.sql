create or replace function strangler.generate_capture(p_move text)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_move constant strangler.moves := strangler.lock_move(p_move);
    v_source constant regclass := v_move.source_table::regclass;
    v_other regclass;
    v_function regprocedure;
begin
    select trigger.tgrelid into v_other
    from pg_catalog.pg_trigger as trigger
    inner join pg_catalog.pg_proc as function on trigger.tgfoid = function.oid
    where
        trigger.tgname = 'capture_insert_' || p_move
        and (trigger.tgrelid = v_source)
        <> (function.pronamespace = 'strangler'::regnamespace);
    if found then
        raise exception 'move "%" is capturing % already', p_move, v_other
            using errcode = '55000',
                hint = 'Take that back first, with "mdt move rollback", '
                'or give one of them another name.';
    end if;
    perform strangler.generate_writer(v_move);
    perform strangler.generate_marker(v_move);
    perform strangler.generate_withdrawer(v_move);
    perform strangler.generate_trigger(
        v_move, 'insert', 'referencing new table as new_rows'
    );
    perform strangler.generate_trigger(
        v_move, 'update', 'referencing old table as old_rows new table as new_rows'
    );
    perform strangler.generate_trigger(
        v_move, 'delete', 'referencing old table as old_rows'
    );
    perform strangler.generate_trigger(v_move, 'truncate', '');
    foreach v_function in array strangler.generated_functions(p_move) loop
        execute format('revoke all on function %s from public', v_function);
        execute format(
            'comment on function %s is %L', v_function,
            format('Part of the capture of move %s, which generated it.', p_move)
        );
    end loop;
end;
$function$;

comment on function strangler.generate_capture(text) is
'Create, or create anew, the writer and the triggers that carry every change of the
source
of a move to its target. Takes SHARE ROW EXCLUSIVE on the source for an instant.
Errors: MD304, MD305; 55000 when a move of this name captures another table, or this
table for another installation.';
