create or replace function strangler.unique_key(p_table regclass, p_wanted text[])
returns text[]
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select key.columns
    from pg_catalog.pg_index as index
    cross join lateral (
        select
            array_agg(attribute.attname::text order by part.place) as columns,
            bool_and(attribute.attnotnull) as is_never_null
        from unnest(index.indkey::smallint[]) with ordinality as part (number, place)
        inner join pg_catalog.pg_attribute as attribute
            on attribute.attrelid = p_table and part.number = attribute.attnum
        where part.place <= index.indnkeyatts
    ) as key
    where
        index.indrelid = p_table
        and index.indisunique
        and index.indimmediate
        and index.indisvalid
        and index.indpred is null
        and index.indexprs is null
        and key.is_never_null
        and (p_wanted is null or p_wanted = key.columns)
    order by index.indisprimary desc, index.indexrelid asc
    limit 1;
$function$;

comment on function strangler.unique_key(regclass, text[]) is
'Return the columns of a unique index whose columns are never null, the primary key
before any other; null when there is none. p_wanted: only an index with these columns.';
