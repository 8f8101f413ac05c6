-- What nobody has classified is treated as free text: the history of a table that is
-- gone, and the columns that a history alone still has.
create or replace function system.searched_columns()
returns table (
    store regclass,
    is_history boolean,
    name text,
    class text,
    category text,
    replacement text
)
language sql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $function$
    with stores as materialized (
        select known.relation, stores.store, stores.is_history, stores.places
        from system.classified_tables as known
        inner join pg_catalog.pg_class as class on known.relation = class.oid
        cross join lateral system.subject_stores(known.relation) as stores
        union all
        select null, known.history, true, '{}'
        from system.audited_tables as known
    ),

    named as (
        select
            stores.store,
            stores.is_history,
            place.name,
            classified.class,
            coalesce(
                classified.replacement,
                case when classified.class not in ('free', 'trace') then
                    system.replacement(stores.relation, classified.column_name)
                end
            ) as replacement
        from stores
        inner join system.classified_columns as classified
            on stores.relation = classified.relation
        cross join lateral jsonb_array_elements_text(
            stores.places -> classified.column_name
        ) as place (name)
    ),

    every_column as (
        select
            stores.store,
            bool_or(stores.is_history) as is_history,
            attribute.attname::text as name,
            case
                when type.oid = 'json'::regtype then 'json'
                when type.oid = 'jsonb'::regtype then 'jsonb'
                when type.typcategory = 'S' then 'text'
                when element.typcategory = 'S' then 'array'
            end as category
        from stores
        inner join pg_catalog.pg_attribute as attribute
            on
                stores.store = attribute.attrelid
                and attribute.attnum > 0
                and not attribute.attisdropped
                and attribute.attgenerated = ''
                and attribute.attname not in ('trail_role', 'trail_migration')
        inner join pg_catalog.pg_type as type on attribute.atttypid = type.oid
        left join pg_catalog.pg_type as element
            on type.typcategory = 'A' and type.typelem = element.oid
        group by stores.store, attribute.attname, type.oid, element.typcategory
    )

    select
        every_column.store,
        every_column.is_history,
        every_column.name,
        coalesce(named.class, 'free'),
        every_column.category,
        named.replacement
    from every_column
    left join named
        on every_column.store = named.store and every_column.name = named.name
    where
        every_column.category is not null
        and (
            named.class in ('identifier', 'attribute', 'secret', 'free', 'trace')
            or every_column.is_history and named.class is null
        );
$function$;

comment on function system.searched_columns() is
'Return the columns in which a person may be mentioned who the row does not belong to.
store: table or history. class: as in system.classified_columns. category: text, json,
jsonb or array. replacement: what takes the place of the whole value; null: "[erased]"
takes the place of the identifier in it.';
