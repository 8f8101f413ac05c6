create or replace function system.add_steps(p_steps jsonb, p_more jsonb)
returns jsonb
language sql immutable
set search_path = pg_catalog, pg_temp
as $function$
    select coalesce(jsonb_object_agg(
        relation.name,
        coalesce(p_steps -> relation.name, '{}') || coalesce(p_more -> relation.name, '{}')
    ), '{}')
    from (
        select jsonb_object_keys(p_steps)
        union
        select jsonb_object_keys(p_more)
    ) as relation (name);
$function$;

comment on function system.add_steps(jsonb, jsonb) is
'Return the counts of two parts of an erasure that have no action in common, as in
system.count_step().';
