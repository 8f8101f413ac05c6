-- By name, as system.is_secret() goes, so that a new table is rotated without a word.
create or replace function system.secret_columns()
returns table (relation regclass, key_columns text[], secrets text[])
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        marked.attrelid::regclass,
        (
            select array_agg(attribute.attname::text order by place.position)
            from unnest(key.indkey::smallint[]) with ordinality as place (number, position)
            inner join pg_catalog.pg_attribute as attribute
                on
                    marked.attrelid = attribute.attrelid
                    and place.number = attribute.attnum
        ),
        (
            select array_agg(attribute.attname::text order by attribute.attnum)
            from pg_catalog.pg_attribute as attribute
            where
                attribute.attrelid = marked.attrelid
                and starts_with(attribute.attname, 'encrypted_')
                and not attribute.attisdropped
        )
    from system.installation as installation
    cross join lateral jsonb_each_text(installation.schema_map)
        as room (plain_name, name)
    inner join pg_catalog.pg_class as class
        on room.name::regnamespace = class.relnamespace
    inner join pg_catalog.pg_attribute as marked
        on
            class.oid = marked.attrelid
            and marked.attname = 'key_id'
            and not marked.attisdropped
    inner join pg_catalog.pg_index as key
        on class.oid = key.indrelid and key.indisprimary
    where
        class.relkind in ('r', 'p')
        and not class.relispartition
        and exists (
            select from pg_catalog.pg_attribute as attribute
            where
                attribute.attrelid = marked.attrelid
                and starts_with(attribute.attname, 'encrypted_')
                and not attribute.attisdropped
        )
    order by marked.attrelid::regclass::text;
$function$;

comment on function system.secret_columns() is
'Return the tables with encrypted values: their primary key, and the columns of the
values, all encrypted with the key that key_id names.';
