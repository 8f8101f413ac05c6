create or replace function system.compare_facts(p_old jsonb, p_new jsonb)
returns jsonb
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select
        coalesce(
            jsonb_object_agg(
                fact.name,
                jsonb_build_object('recorded', fact.recorded, 'found', fact.found)
            ),
            '{}'
        )
    from (
        select
            coalesce(recorded.key, found.key) as name,
            recorded.value as recorded,
            found.value as found
        from jsonb_each(p_old) as recorded
        full join jsonb_each(p_new) as found on recorded.key = found.key
    ) as fact
    where fact.recorded is distinct from fact.found;
$function$;

comment on function system.compare_facts(jsonb, jsonb) is
'Return the facts of an object that differ, as a JSON object of {recorded, found}; null
where a fact is as usual. p_old, p_new: facts as from system.describe_catalog().';
