-- One place for the rule how long an answer is good.
create or replace function sync.time_to_live(p_data_type text, p_tier text)
returns interval
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        case
            when registry.strategy = 'scheduled' then registry.refresh_interval
            when p_tier = 'hot' then registry.ttl_hot
            when p_tier = 'warm' then registry.ttl_warm
            else registry.ttl_cold
        end
    from sync.data_type_registry as registry
    where registry.data_type = p_data_type;
$function$;

comment on function sync.time_to_live(text, text) is
'Return how long an answer of a data type is good: the refresh interval of a scheduled
one, else the TTL of the tier; null when the data type is not registered.
p_tier: hot, warm or cold.';
