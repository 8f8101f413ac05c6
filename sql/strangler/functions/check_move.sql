-- Everything is looked up at once, so that a move which cannot work is refused when it
-- is defined and not at three in the morning.
create or replace function strangler.check_move(p_move strangler.moves)
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_source constant regclass := to_regclass(p_move.source_table);
    v_target constant regclass := to_regclass(p_move.target_table);
    v_shared constant text[] := p_move.target_key || p_move.target_values
    || array['observed_at', 'origin'];
    v_type text;
    v_wanted text;
begin
    if v_source is null then
        raise exception 'move "%": there is no table %',
            p_move.name, p_move.source_table
            using errcode = 'MD301', detail = 'The old table is not in this database.';
    end if;
    if v_target is null then
        raise exception 'move "%": there is no table %',
            p_move.name, p_move.target_table
            using errcode = 'MD301',
                hint = 'Install the toolkit first with "mdt apply".';
    end if;
    if p_move.source_key = '{}' then
        raise exception 'move "%": % has no unique key without nulls',
            p_move.name, v_source
            using errcode = 'MD302',
                hint = 'Create one with "create unique index concurrently", '
                'then define the move again.';
    end if;
    perform strangler.require_columns(p_move.name, v_source, p_move.source_group);
    perform strangler.require_columns(p_move.name, v_target, v_shared);
    v_type := strangler.mapped_type(p_move.map_function, v_source);
    perform strangler.require_columns(
        p_move.name, v_type::regclass, v_shared || 'reject_reason'::text
    );
    foreach v_wanted in array array_remove(
        array[
            format('%s(%s[], text)', p_move.write_function, v_type),
            format('%s(%s[], timestamptz)', p_move.withdraw_function, v_type),
            p_move.forget_function || format('(%s[])', v_type)
        ],
        null
    ) loop
        if to_regprocedure(v_wanted) is null then
            raise exception 'move "%": there is no function %', p_move.name, v_wanted
                using errcode = 'MD304';
        end if;
    end loop;
end;
$function$;

comment on function strangler.check_move(strangler.moves) is
'Refuse a move that cannot work as it is defined. Errors: MD301 no such table; MD302 no
usable key; MD303 no such column; MD304 no such function. Part of
strangler.register_move().';
