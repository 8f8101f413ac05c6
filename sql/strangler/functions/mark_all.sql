create or replace function strangler.mark_all(p_move strangler.moves)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    execute format(
        'update %s as target set origin = %L where target.origin = %L',
        p_move.target_table::regclass, 'withdrawn:' || p_move.name,
        'move:' || p_move.name
    );
end;
$function$;

comment on function strangler.mark_all(strangler.moves) is
'Mark all that a move wrote as withdrawn: what its source still says takes the mark off
again, and strangler.withdraw_marked() takes the rest away.';
