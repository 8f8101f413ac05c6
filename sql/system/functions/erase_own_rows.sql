-- A table comes after those that refer to it, so that the way to the person is still
-- there when its rows are looked for; a history comes after its table, since it
-- records even what is done here.
create or replace function system.erase_own_rows(
    p_root regclass, p_key text, p_mode text
)
returns jsonb
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_store record;
    v_steps jsonb := '{}'::jsonb;
begin
    for v_store in
        select
            reached.relation,
            stores.store,
            stores.is_history,
            stores.places,
            condition.text as condition,
            not stores.is_history and (
                known.rows_kept = 'never'
                or p_mode = 'erase' and known.rows_kept = 'until_erased'
            ) as is_deleted
        from system.subject_tables(p_root) as reached
        inner join system.classified_tables as known
            on reached.relation = known.relation
        cross join lateral system.subject_stores(reached.relation) as stores
        cross join lateral system.subject_condition(
            reached.relation, p_root, stores.places
        ) as condition (text)
        where condition.text is not null
        order by
            reached.depth desc, reached.relation::text, stores.is_history, stores.store
    loop
        if v_store.is_deleted then
            v_steps := system.count_step(
                v_steps, v_store.store, 'delete',
                system.delete_subject_rows(v_store.store, v_store.condition, p_key)
            );
        end if;
        v_steps := system.count_step(
            v_steps, v_store.store, 'anonymize',
            system.anonymize_rows(
                v_store.relation, v_store.store, v_store.is_history, v_store.places,
                v_store.condition, p_key
            )
        );
    end loop;
    return v_steps;
end;
$function$;

comment on function system.erase_own_rows(regclass, text, text) is
'Delete or anonymise the rows of a person and what their histories say, and return the
counts as in system.count_step(). p_root: table of the person. p_mode: anonymize or
erase. Part of system.forget_subject().';
