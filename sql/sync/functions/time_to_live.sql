create or replace function sync.time_to_live(p_data_type text, p_tier text)
returns interval
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select life.time_to_live
    from sync.answer_lives as life
    where life.data_type = p_data_type and life.tier = p_tier;
$function$;

comment on function sync.time_to_live(text, text) is
'Return how long an answer of a data type is good, see sync.answer_lives; null when the
data type is not registered.
p_tier: hot, warm or cold.';
