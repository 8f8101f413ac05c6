create or replace function system.text_columns(p_relations oid[] default null)
returns table (relation regclass, query text)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with columns as (
        select
            class.oid::regclass as relation,
            attribute.attname as name,
            attribute.attnum as number,
            case
                when type.oid in ('json'::regtype, 'jsonb'::regtype) then
                    't0.%1$I::text ~* $2'
                    ' and system.scrub_json(t0.%1$I::jsonb, $1) <> t0.%1$I::jsonb'
                when type.oid = 'bytea'::regtype then 'encode(t0.%1$I, ''escape'') ~* $1'
                when element.typcategory = 'S'
                    then 'array_to_string(t0.%1$I, E''\n'') ~* $1'
                else 't0.%1$I::text ~* $1'
            end as test
        from pg_catalog.pg_class as class
        inner join pg_catalog.pg_namespace as namespace
            on class.relnamespace = namespace.oid
        inner join pg_catalog.pg_attribute as attribute
            on
                class.oid = attribute.attrelid
                and attribute.attnum > 0
                and not attribute.attisdropped
        inner join pg_catalog.pg_type as type on attribute.atttypid = type.oid
        left join pg_catalog.pg_type as element
            on type.typcategory = 'A' and type.typelem = element.oid
        where
            (
                class.relkind in ('r', 'm', 'p')
                and not class.relispartition
                and class.relpersistence <> 't'
                and class.relispopulated
                and namespace.nspname not in (
                    'pg_catalog', 'information_schema', 'pg_toast'
                )
                or class.oid = 'pg_catalog.pg_stats'::regclass
            )
            and class.oid = any(coalesce(p_relations, array[class.oid]))
            and (
                type.typcategory in ('S', 'U', 'C', 'R')
                or element.typcategory in ('S', 'U', 'C')
                or type.typtype = 'p'
            )
            and type.oid not in ('uuid'::regtype, 'pg_catalog.pg_lsn'::regtype)
            -- Too short for any value that is looked for.
            and (
                type.oid not in ('bpchar'::regtype, 'varchar'::regtype)
                or attribute.atttypmod not between 4 and 11
            )
    )

    select
        columns.relation,
        format(
            'select jsonb_object(array[%s], array[%s]) from %s as t0 where %s',
            string_agg(quote_literal(columns.name), ', ' order by columns.number),
            string_agg(
                format(
                    '(count(*) filter (where ' || columns.test || '))::text',
                    columns.name
                ), ', ' order by columns.number
            ),
            columns.relation,
            string_agg(format(columns.test, columns.name), ' or ' order by columns.number)
        )
    from columns
    group by columns.relation
    order by columns.relation::text;
$function$;

comment on function system.text_columns(oid[]) is
'Return the tables with columns that can hold text, each with the query that counts by
column the rows in which the patterns $1 and, loosely, $2 find something: a JSON object.
p_relations: of these tables; null: of all, and the statistics of the server. Part of
system.find_values().';
