create or replace function system.export_subject(p_kind text, p_key text)
returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
declare
    v_root constant regclass := system.require_subject_kind(p_kind);
    v_table record;
    v_rows jsonb;
    v_tables jsonb := '{}'::jsonb;
begin
    perform system.require_all_rows();
    for v_table in
        select
            reached.relation,
            system.subject_condition(
                reached.relation, v_root, stores.places
            ) as condition,
            secrets.names as secrets
        from system.subject_tables(v_root) as reached
        inner join lateral system.subject_stores(reached.relation) as stores
            on not stores.is_history
        cross join lateral (
            select coalesce(array_agg(classified.column_name), '{}')
            from system.classified_columns as classified
            where
                classified.relation = reached.relation and classified.class = 'secret'
        ) as secrets (names)
        order by reached.depth, reached.relation::text
    loop
        execute format(
            'select jsonb_agg(to_jsonb(t0) - $2 order by to_jsonb(t0)::text)'
            ' from %s as t0 where %s',
            v_table.relation, v_table.condition
        )
        into v_rows
        using p_key, v_table.secrets;
        v_tables := v_tables
        || case
            when v_rows is null then '{}'
            else jsonb_build_object(v_table.relation::text, v_rows)
        end;
    end loop;
    if not v_tables ? v_root::text then
        raise exception '% has no row "%"', v_root, p_key using errcode = 'MD502';
    end if;
    return jsonb_build_object(
        'subject_kind', p_kind, 'key', p_key, 'exported_at', now(), 'tables', v_tables
    );
end;
$function$;

comment on function system.export_subject(text, text) is
'Return all rows that belong to a person, found along the foreign keys, as one JSON
object: subject_kind, key, exported_at, and tables, an object from table to its rows.
Secrets, such as hashes of passwords, are left out. p_kind: e.g. user. p_key: value of
the primary key of the person''s row. Errors: MD501 for an unknown kind; MD502 for an
unknown person.';
