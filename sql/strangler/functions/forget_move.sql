create or replace function strangler.forget_move(p_move text)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_move constant strangler.moves := strangler.lock_move(p_move);
    v_source constant regclass := to_regclass(v_move.source_table);
begin
    if v_move.state not in ('defined', 'rolled_back') then
        raise exception 'move "%" is on its way: %', p_move, v_move.state
            using errcode = '55000',
                hint = format(
                    'Take it back first, with "mdt move rollback %s".', p_move
                );
    end if;
    perform strangler.drop_capture(p_move);
    if to_regprocedure(format('%s(%s)', v_move.map_function, v_source)) is not null then
        execute format('drop function %s(%s)', v_move.map_function, v_source);
    end if;
    delete from system.feature_flags as flag
    where flag.flag = 'move:' || p_move;
    delete from strangler.moves as move
    where move.name = p_move;
end;
$function$;

comment on function strangler.forget_move(text) is
'Remove a move that is not on its way, with its mapping function and its log; what it
copied stays. Errors: MD305; 55000 while it is on its way.';
