create or replace function strangler.generated_functions(p_move text)
returns regprocedure[]
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select coalesce(array_agg(function.oid::regprocedure), '{}')
    from pg_catalog.pg_proc as function
    where
        function.pronamespace = 'strangler'::regnamespace
        and function.proname in (
            'capture_write_' || p_move,
            'capture_mark_' || p_move,
            'capture_withdraw_' || p_move,
            'capture_insert_' || p_move,
            'capture_update_' || p_move,
            'capture_delete_' || p_move,
            'capture_truncate_' || p_move
        );
$function$;

comment on function strangler.generated_functions(text) is
'Return the functions that were generated for the capture of a move.';
