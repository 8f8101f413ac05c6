-- In the opposite order, and a run of changes by one statement, each constraint sees
-- what it saw before. But what a cascade did is recorded after what set it off:
-- where a foreign key is in the way, runs in other tables go first, and those of the
-- table wait.
create or replace function system.undo_groups(p_transaction bigint, p_groups jsonb[])
returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_is_done boolean[] := array_fill(false, array[cardinality(p_groups)]);
    v_first integer := 1;
    v_waiting text[];
    v_has_progress boolean;
    v_done bigint := 0;
begin
    while v_first <= cardinality(p_groups) loop
        v_waiting := '{}';
        v_has_progress := false;
        for v_position in v_first..cardinality(p_groups) loop
            continue when
                v_is_done[v_position]
                or p_groups[v_position] ->> 'name' = any(v_waiting);
            begin
                v_done := v_done
                + system.undo_changes(p_groups[v_position], p_transaction);
                v_is_done[v_position] := true;
                v_has_progress := true;
                exit when cardinality(v_waiting) > 0;
            exception
                when foreign_key_violation then
                    v_waiting := v_waiting || (p_groups[v_position] ->> 'name');
            end;
        end loop;
        while v_is_done[v_first] loop
            v_first := v_first + 1;
        end loop;
        if not v_has_progress then
            -- Nothing can go first: this tells which key is in the way.
            perform system.undo_changes(p_groups[v_first], p_transaction);
        end if;
    end loop;
    return v_done;
end;
$function$;

comment on function system.undo_groups(bigint, jsonb[]) is
'Undo what a transaction changed, and return how many rows that took. p_groups: as of
change_groups(). Errors: MD405; 23503 when a foreign key keeps it from being undone.';
