-- With its owner's rights: who it is for is not known before. To the minute is enough,
-- and spares a write on every page.
create or replace function auth.use_session(p_token text)
returns uuid
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_session auth.sessions;
begin
    perform set_config('mdt.user_id', '', true);
    select known.* into v_session
    from auth.sessions as known
    inner join auth.users as holder on known.user_id = holder.id and holder.is_active
    where
        known.token_sha256 = sha256(convert_to(p_token, 'UTF8'))
        and known.revoked_at is null
        and known.expires_at > now();
    if not found then
        return null;
    end if;
    update auth.sessions as known
    set last_seen_at = now()
    where known.id = v_session.id and known.last_seen_at < now() - interval '1 min';
    perform set_config('mdt.user_id', v_session.user_id::text, true);
    return v_session.user_id;
end;
$function$;

comment on function auth.use_session(text) is
'Return the user of a session that is not over, null for any other token; the rest of
the transaction acts for them (mdt.user_id). p_token: as the client shows it, whose SHA-256
is auth.sessions.token_sha256.';
revoke all on function auth.use_session(text) from public;
