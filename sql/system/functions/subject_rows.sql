-- What is gone from a table may still be in its history, and rows of other tables that
-- belong to it in theirs.
create or replace function system.subject_rows(
    p_table regclass, p_root regclass, p_columns text[], p_seen oid[] default '{}'
)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select string_agg(
        format(
            'select %s from %s as t%s where %s',
            (
                select string_agg(
                    format(
                        't%s.%I', cardinality(p_seen),
                        stores.places -> wanted.name ->> -1
                    ),
                    ', ' order by wanted.number
                )
                from unnest(p_columns) with ordinality as wanted (name, number)
            ),
            stores.store, cardinality(p_seen), condition.text
        ),
        ' union all ' order by stores.is_history
    )
    from system.subject_stores(p_table) as stores
    cross join lateral system.subject_condition(
        p_table, p_root, stores.places, p_seen
    ) as condition (text)
    where stores.places ?& p_columns and condition.text is not null;
$function$;

comment on function system.subject_rows(regclass, regclass, text[], oid[]) is
'Return a query for columns of the rows of a table, present and past, that belong to the
person whose key is $1. p_root: table of the persons. p_seen: tables on the way here.
Part of system.subject_condition().';
