-- Steps of one move exclude each other; the row lock says which is first. It is the
-- lock that foreign keys do not wait for: capture puts rows into quarantine meanwhile.
create or replace function strangler.lock_move(p_move text)
returns strangler.moves
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_move strangler.moves;
begin
    select * into v_move
    from strangler.moves as move
    where move.name = p_move
    for no key update;
    if not found then
        raise exception 'there is no move "%"', p_move
            using errcode = 'MD305',
                hint = 'List the moves with "mdt move list", '
                'define them with "mdt move define".';
    end if;
    return v_move;
end;
$function$;

comment on function strangler.lock_move(text) is
'Return a move, locked until the transaction ends. Errors: MD305 when it is not
defined.';
