-- Reserved before the call and not counted after it: so no race, and no crash between
-- the two, can take more than the quota. What is reserved and not used is lost.
create or replace function sync.reserve_api_calls(p_provider text, p_calls integer)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_granted integer;
begin
    perform sync.require_provider(p_provider);
    if p_calls is null or p_calls < 1 then
        raise exception 'the number of calls is %', coalesce(p_calls::text, 'null')
            using errcode = '22023', detail = 'At least one is reserved at a time.';
    end if;
    perform sync.lock_quota(p_provider);
    v_granted := least(p_calls, sync.remaining_calls(p_provider));
    if v_granted > 0 then
        insert into sync.api_data_usage (provider, used_at, calls)
        values (p_provider, clock_timestamp(), v_granted);
    end if;
    return v_granted;
end;
$function$;

comment on function sync.reserve_api_calls(text, integer) is
'Reserve calls to a provider and return how many were granted: all, fewer or none, so
that no window of its quota is ever exceeded.
Errors: MD204 when the provider is not registered, 22023 when p_calls is below 1, 55000
in a transaction that is not read committed.';
