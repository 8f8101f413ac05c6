-- With its owner's rights: whose key it is, is not known before. Hashes are compared
-- and not keys, so that an answer takes no longer for a key that nearly fits. Who is
-- refused acts for nobody afterwards.
create or replace function auth.use_api_key(
    p_key text, p_scope text default null, p_calls integer default 1
)
returns table (
    is_allowed boolean,
    user_id uuid,
    reason text,
    calls_left integer,
    retry_after interval
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_key auth.api_keys;
    v_taken record;
begin
    if p_calls < 1 or p_calls is null then
        raise exception 'calls % is not a positive number', p_calls
            using errcode = '22023';
    end if;
    perform set_config('mdt.user_id', '', true);
    select known.* into v_key
    from auth.api_keys as known
    inner join auth.users as holder on known.user_id = holder.id and holder.is_active
    where
        known.key_sha256 = sha256(convert_to(p_key, 'UTF8'))
        and known.revoked_at is null
        and coalesce(known.expires_at, 'infinity') > now();
    is_allowed := false;
    user_id := v_key.user_id;
    calls_left := 0;
    if v_key.id is null then
        reason := 'unknown key';
    elsif p_scope is not null and not (
        p_scope = any(v_key.scopes) and auth.has_permission(v_key.user_id, p_scope)
    ) then
        reason := 'outside its scopes';
    else
        v_taken := auth.take_calls(v_key, p_calls);
        is_allowed := v_taken.was_taken;
        calls_left := floor(v_taken.calls_left);
        reason := case when not is_allowed then 'too many calls' end;
        retry_after := case when p_calls <= v_key.burst_calls then
            greatest(interval '0 s', make_interval(
                secs => (p_calls - v_taken.calls_left)::float8
                * 60 / v_key.calls_per_minute
            ))
        end;
    end if;
    if is_allowed then
        retry_after := interval '0 s';
        perform set_config('mdt.user_id', v_key.user_id::text, true);
        perform set_config('mdt.actor', v_key.key_start, true);
    end if;
    return next;
end;
$function$;

comment on function auth.use_api_key(text, text, integer) is
'Tell whether an API key may make calls now, and take them from its bucket. The rest of
the transaction then acts for its user (mdt.user_id), and the change trail names the
first letters of the key. is_allowed; user_id; reason why not; calls_left at once;
retry_after, null when waiting does not help. p_scope: permission that the call needs.
p_calls: how many it counts for. Call it in a transaction of its own, or first in a
short one: other calls of the same key wait until it ends. Errors: 22023 for no calls.';
revoke all on function auth.use_api_key(text, text, integer) from public;
