-- A column keeps its place in the history for as long as it has its type there. What
-- is new, or has another type, gets a column of its own, and what is gone stays:
-- nothing is rewritten, and nothing old is lost.
create or replace function system.record_shape(p_name text, p_follows_gap boolean)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_registered system.audited_tables;
    v_last constant jsonb := system.last_shape(p_name);
    v_shape jsonb := '[]'::jsonb;
    v_column record;
    v_place text;
begin
    select registered.* into strict v_registered
    from system.audited_tables as registered where registered.name = p_name;
    for v_column in
        select present.* from system.audited_columns(v_registered.audited) as present
    loop
        if v_last is null then
            v_place := v_column.name;
        else
            select past ->> 'column' into v_place
            from jsonb_array_elements(v_last) as past
            where
                (past ->> 'number')::smallint = v_column.number
                and past ->> 'type' = v_column.type;
        end if;
        if v_place is null then
            v_place := system.add_history_column(
                v_registered.history, v_column.name, v_column.kept_type
            );
        end if;
        v_shape := v_shape || jsonb_build_object(
            'number', v_column.number, 'name', v_column.name, 'type', v_column.type,
            'key', v_column.key_position, 'computed', v_column.is_computed,
            'identity', v_column.is_identity, 'column', v_place
        );
    end loop;
    if p_follows_gap or v_shape is distinct from v_last then
        insert into system.audit_shapes (name, first_change_id, follows_gap, columns)
        values (p_name, nextval('system.audit_change_id'), p_follows_gap, v_shape);
    end if;
end;
$function$;

comment on function system.record_shape(text, boolean) is
'Take down what columns an audited table has, and give its history those it lacks.
p_name: of system.audited_tables. p_follows_gap: changes may be missing before.';
