-- A token bucket: as many tokens as burst_calls, filled at calls_per_minute. The one
-- row that is locked is the key's own, until the caller commits; time is read under the
-- lock, so that nobody fills the bucket twice.
create or replace function auth.take_calls(
    p_key auth.api_keys, p_calls integer, out calls_left numeric, out was_taken boolean
)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_bucket auth.api_key_buckets;
    v_now timestamptz;
begin
    insert into auth.api_key_buckets (api_key_id, tokens, filled_at)
    values (p_key.id, p_key.burst_calls, clock_timestamp())
    on conflict (api_key_id) do nothing;
    select bucket.* into strict v_bucket
    from auth.api_key_buckets as bucket
    where bucket.api_key_id = p_key.id
    for no key update;
    v_now := greatest(clock_timestamp(), v_bucket.filled_at);
    calls_left := least(
        p_key.burst_calls,
        v_bucket.tokens
        + extract(epoch from v_now - v_bucket.filled_at) * p_key.calls_per_minute / 60
    );
    was_taken := calls_left >= p_calls;
    calls_left := calls_left - case when was_taken then p_calls else 0 end;
    update auth.api_key_buckets as bucket
    set
        tokens = calls_left,
        filled_at = v_now,
        used_calls = bucket.used_calls + case when was_taken then p_calls else 0 end,
        refused_calls
        = bucket.refused_calls + case when was_taken then 0 else p_calls end
    where bucket.api_key_id = p_key.id;
end;
$function$;

comment on function auth.take_calls(auth.api_keys, integer) is
'Take calls from the bucket of an API key, all or none. calls_left: how many it may make
at once after that, with the fraction that has come in; was_taken: whether there were
enough. Part of auth.use_api_key().';
