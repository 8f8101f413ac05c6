-- With its owner's rights: who signs in is nobody yet, and sees no user. One at a time,
-- by the whole address or name.
create or replace function auth.find_login(p_name text)
returns table (user_id uuid, password_hash text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
    perform set_config('mdt.user_id', '', true);
    return query
    select
        known.id,
        proof.password_hash
    from auth.users as known
    inner join auth.passwords as proof on known.id = proof.user_id
    where
        known.is_active
        and (lower(known.email) = lower(p_name) or lower(known.username) = lower(p_name));
end;
$function$;

comment on function auth.find_login(text) is
'Return the user who signs in, and the hash that the application compares the password
with; no row for one who is unknown, has none, or is not active. The transaction acts for
nobody afterwards. p_name: address or user name, without regard to case.';
revoke all on function auth.find_login(text) from public;
