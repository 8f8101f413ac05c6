create or replace function system.subject_condition(
    p_table regclass, p_root regclass, p_places jsonb, p_seen oid[] default '{}'
)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        't%s.%I = $1::%s', cardinality(p_seen), p_places -> key.name ->> -1, key.type
    )
    from system.subject_key(p_root) as key
    where p_table = p_root
    union all
    select string_agg(
        case
            when edge.parent = p_root and edge.parent_columns = array[key.name]
                then format(
                    't%s.%I = $1::%s', cardinality(p_seen),
                    p_places -> edge.columns[1] ->> -1, key.type
                )
            else format(
                '(%s) in (%s)',
                (
                    select string_agg(
                        format(
                            't%s.%I', cardinality(p_seen),
                            p_places -> link.name ->> -1
                        ),
                        ', ' order by link.number
                    )
                    from unnest(edge.columns) with ordinality as link (name, number)
                ),
                parents.query
            )
        end,
        ' or '
    )
    from system.subject_edges(p_table) as edge
    cross join lateral system.subject_key(p_root) as key
    cross join lateral (
        select case
            when edge.parent <> p_root or edge.parent_columns <> array[key.name]
                then system.subject_rows(
                    edge.parent, p_root, edge.parent_columns, p_seen || p_table::oid
                )
            else ''
        end
    ) as parents (query)
    where
        p_table <> p_root
        and edge.parent::oid <> all(p_seen)
        and parents.query is not null
        and p_places ?& edge.columns
    having count(*) > 0;
$function$;

comment on function system.subject_condition(regclass, regclass, jsonb, oid[]) is
'Return the condition, as SQL, under which a row belongs to the person whose key is
$1, a text; null when none does. p_table: table of the row, which is called t0.
p_root: table of the persons. p_places: as in system.subject_stores(). p_seen: tables
on the way here.';
