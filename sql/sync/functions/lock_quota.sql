-- An advisory lock per provider and not a counter row: nothing to bloat, and gone with
-- the transaction. Its first key is the table, so that a second installation in the
-- same database has its own.
create or replace function sync.lock_quota(p_provider text)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'calls cannot be reserved in a % transaction',
            current_setting('transaction_isolation')
            using errcode = '55000',
                  detail = 'It would not see what others reserved in the meantime.',
                  hint = 'Use isolation level read committed.';
    end if;
    if exists (
        select from sync.provider_quotas as quota where quota.provider = p_provider
    ) then
        perform pg_advisory_xact_lock(
            'sync.provider_quotas'::regclass::oid::integer, hashtext(p_provider)
        );
    end if;
end;
$function$;

comment on function sync.lock_quota(text) is
'Wait until nobody else reserves calls of a provider, and keep others waiting until the
transaction ends; nobody waits where there is no quota.
Errors: 55000 when the transaction is not read committed.';
