create or replace function system.read_steps(p_steps jsonb)
returns table (relation_name text, action text, rows bigint)
language sql immutable
set search_path = pg_catalog, pg_temp
as $function$
    select relation.key, step.key, step.value::bigint
    from jsonb_each(p_steps) as relation
    cross join lateral jsonb_each_text(relation.value) as step
    order by relation.key, step.key;
$function$;

comment on function system.read_steps(jsonb) is
'Return the counts of an erasure as rows. p_steps: as in system.count_step().';
