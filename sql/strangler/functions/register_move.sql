-- A move that is on its way keeps its state; its capture is made anew for what changed.
create or replace function strangler.register_move(
    p_move text,
    p_source_system text,
    p_description text,
    p_source_table text,
    p_target_table text,
    p_target_key text[],
    p_target_values text[],
    p_map_function text,
    p_write_function text,
    p_withdraw_function text,
    p_source_key text[] default null,
    p_source_group text[] default null,
    p_forget_function text default null
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_key constant text[] := coalesce(
        strangler.unique_key(to_regclass(p_source_table), p_source_key), '{}'
    );
    v_state constant text := (
        select known.state from strangler.moves as known where known.name = p_move
    );
    v_move strangler.moves;
begin
    insert into strangler.moves as known (
        name, source_system, description, source_table, source_key, source_group,
        target_table, target_key, target_values, map_function, write_function,
        withdraw_function, forget_function
    )
    values (
        p_move, p_source_system, p_description, p_source_table, v_key,
        coalesce(p_source_group, v_key), p_target_table, p_target_key, p_target_values,
        p_map_function, p_write_function, p_withdraw_function, p_forget_function
    )
    on conflict (name) do update set
        (
            source_system, description, source_table, source_key, source_group,
            target_table, target_key, target_values, map_function, write_function,
            withdraw_function, forget_function, updated_at
        ) = (
            excluded.source_system, excluded.description, excluded.source_table,
            excluded.source_key, excluded.source_group, excluded.target_table,
            excluded.target_key, excluded.target_values, excluded.map_function,
            excluded.write_function, excluded.withdraw_function,
            excluded.forget_function, excluded.updated_at
        )
    returning * into strict v_move;
    perform strangler.check_move(v_move);
    if v_state is null then
        perform strangler.log_step(
            p_move, 'define', 'done', format('%s -> %s', p_source_table, p_target_table)
        );
    elsif v_state not in ('defined', 'rolled_back') then
        perform strangler.generate_capture(p_move);
    end if;
end;
$function$;

comment on function strangler.register_move(
    text, text, text, text, text, text[], text[], text, text, text, text[], text[], text
) is
'Define a move, or change one; a move on its way keeps its state, and its capture is
generated anew. p_move: its name. p_source_table, p_target_table: schema-qualified.
p_target_key, p_target_values: columns that the target and the mapped rows share.
p_map_function: (source row) -> setof mapped row, which has observed_at, origin and
reject_reason; origin is "move:" and the name. p_write_function: (mapped[], on tie).
p_withdraw_function: (mapped[], at). p_source_key: columns of a unique index without
nulls, default the primary key. p_source_group: columns that decide the target keys,
default the source key; needed where several rows share a target row, and best indexed.
p_forget_function: (mapped[]); takes back what is known from the earliest of them on.
Errors: MD301 no such table; MD302 no usable key; MD303 no such column; MD304 no such
function; 55000 when a move on its way is to get another source.';
