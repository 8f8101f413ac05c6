-- Made of the name that the schema has in the files, so that it needs no change when
-- the schemas are renamed. Short enough to carry a prefix, a suffix and a
-- partition's name.
create or replace function system.name_history(p_table regclass)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with wanted as (
        select left(
            regexp_replace(
                lower(concat_ws('_', coalesce(room.plain_name, namespace.nspname),
                    class.relname)),
                '[^a-z0-9_]+', '_', 'g'
            ), 36
        ) as name
        from pg_catalog.pg_class as class
        inner join pg_catalog.pg_namespace as namespace
            on class.relnamespace = namespace.oid
        left join system.installation as installation on true
        left join lateral jsonb_each_text(installation.schema_map)
            as room (plain_name, name) on namespace.nspname = room.name
        where class.oid = p_table
    )

    select wanted.name || suffix.text
    from wanted
    cross join generate_series(1, 1000) as attempt (number)
    cross join lateral (
        select case when attempt.number > 1 then '_' || attempt.number else '' end as text
    ) as suffix
    where
        not exists (
            select from system.audited_tables as registered
            where registered.name = wanted.name || suffix.text
        )
        and to_regclass(format('system.%I', wanted.name || suffix.text || '_history'))
        is null
    order by attempt.number
    limit 1;
$function$;

comment on function system.name_history(regclass) is
'Return a free name for the history of a table: its schema and name in lower case
words.';
