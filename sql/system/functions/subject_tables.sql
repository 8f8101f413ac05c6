create or replace function system.subject_tables(p_root regclass)
returns table (relation regclass, depth integer)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with recursive edges as materialized (
        select edge.relation, edge.parent from system.subject_edges() as edge
    ),

    reached as (
        select p_root as relation, 0 as depth, array[p_root::oid] as path
        union all
        select edges.relation, reached.depth + 1, reached.path || edges.relation::oid
        from reached
        inner join edges
            on
                reached.relation = edges.parent
                and edges.relation::oid <> all(reached.path)
    )

    select reached.relation, max(reached.depth)
    from reached
    group by reached.relation;
$function$;

comment on function system.subject_tables(regclass) is
'Return the tables with rows of a kind of person, found along the foreign keys.
p_root: the table in which each row is a person. depth: steps from there, on the longest
way; a table comes after those that it refers to.';
