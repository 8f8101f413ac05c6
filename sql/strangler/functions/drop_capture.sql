-- The triggers are looked up by their functions: the source may have another name by
-- now, or be gone.
create or replace function strangler.drop_capture(p_move text)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_functions constant regprocedure[] := strangler.generated_functions(p_move);
    v_trigger record;
    v_function regprocedure;
begin
    for v_trigger in
        select
            trigger.tgname as name,
            trigger.tgrelid::regclass as source
        from pg_catalog.pg_trigger as trigger
        where trigger.tgfoid = any(v_functions)
    loop
        execute format('drop trigger %I on %s', v_trigger.name, v_trigger.source);
    end loop;
    foreach v_function in array v_functions loop
        execute format('drop function %s', v_function);
    end loop;
end;
$function$;

comment on function strangler.drop_capture(text) is
'Remove the triggers of a move and the functions that were generated for it.';
