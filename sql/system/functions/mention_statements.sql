create or replace function system.mention_statements()
returns table (
    store regclass, is_history boolean, delete_statement text, update_statement text
)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with searched as (
        select
            searched.store,
            searched.is_history,
            searched.class = 'trace' as is_trace,
            system.mention_test(searched.name, searched.category) as test,
            format(
                '%I = %s', searched.name, system.mention_replacement(
                    searched.name, searched.category,
                    format_type(attribute.atttypid, null), searched.replacement
                )
            ) as assignment
        from system.searched_columns() as searched
        inner join pg_catalog.pg_attribute as attribute
            on
                searched.store = attribute.attrelid
                and searched.name = attribute.attname
    )

    select
        searched.store,
        bool_or(searched.is_history),
        format('delete from %s as t0 where ', searched.store)
        || string_agg(searched.test, ' or ') filter (where searched.is_trace),
        format('update %s as t0 set ', searched.store)
        || string_agg(searched.assignment, ', ') filter (where not searched.is_trace)
        || ' where '
        || string_agg(searched.test, ' or ') filter (where not searched.is_trace)
    from searched
    group by searched.store
    order by 2, searched.store::text;
$function$;

comment on function system.mention_statements() is
'Return by table and history the statements that take the mentions of a person out of
it, null where there is none; histories last, since they record what is done to the
tables. $1 and $2: patterns of system.mention_pattern(), the second loose.';
