create or replace function system.replacement(
    p_table regclass, p_column text
)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select coalesce(
        classified.replacement,
        case
            when not attribute.attnotnull then 'null'
            when type.typcategory = 'S' and is_unique.found
                then '''erased-'' || ' || key.text
            when type.typcategory = 'S' then '''erased'''
            when attribute.atttypid in ('jsonb'::regtype, 'json'::regtype)
                or type.typcategory = 'A'
                then format('''{}''::%s', format_type(attribute.atttypid, null))
        end
    )
    from pg_catalog.pg_attribute as attribute
    inner join pg_catalog.pg_type as type on attribute.atttypid = type.oid
    left join system.classified_columns as classified
        on
            attribute.attrelid = classified.relation
            and attribute.attname = classified.column_name
    cross join lateral (
        select exists (
            select from pg_catalog.pg_index as index
            where
                index.indrelid = p_table
                and index.indisunique
                and attribute.attnum = any(index.indkey)
        )
    ) as is_unique (found)
    cross join lateral (
        select string_agg(format('%I', part.attname), ' || ''-'' || ')
        from pg_catalog.pg_index as index
        inner join pg_catalog.pg_attribute as part
            on
                index.indrelid = part.attrelid
                and part.attnum = any(index.indkey)
        where index.indrelid = p_table and index.indisprimary
    ) as key (text)
    where attribute.attrelid = p_table and attribute.attname = p_column;
$function$;

comment on function system.replacement(regclass, text) is
'Return the SQL expression that takes the place of an erased value; null when the column
is not null and nobody has said what is harmless there.';
