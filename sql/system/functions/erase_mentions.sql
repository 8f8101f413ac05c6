-- A pattern of thousands of values would be more than the server can compile.
create or replace function system.erase_mentions(p_values text[])
returns jsonb
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    c_values_at_once constant integer := 100;
    v_some text[];
    v_pattern text;
    v_loose text;
    v_store record;
    v_rows bigint;
    v_steps jsonb := '{}'::jsonb;
begin
    for v_some in
        select array_agg(given.text)
        from unnest(p_values) with ordinality as given (text, number)
        group by given.number / c_values_at_once
    loop
        v_pattern := system.mention_pattern(v_some);
        v_loose := system.mention_pattern(v_some, true);
        for v_store in select * from system.mention_statements() loop
            if v_store.delete_statement is not null then
                execute v_store.delete_statement using v_pattern, v_loose;
                get diagnostics v_rows = row_count;
                v_steps := system.count_step(
                    v_steps, v_store.store, 'delete_mentions', v_rows
                );
            end if;
            if v_store.update_statement is not null then
                execute v_store.update_statement using v_pattern, v_loose;
                get diagnostics v_rows = row_count;
                v_steps := system.count_step(
                    v_steps, v_store.store, 'replace_mentions', v_rows
                );
            end if;
        end loop;
    end loop;
    return v_steps;
end;
$function$;

comment on function system.erase_mentions(text[]) is
'Take the mentions of a person out of all tables and histories, and return the counts as
in system.count_step(). p_values: what the person is mentioned by. Part of
system.forget_subject().';
