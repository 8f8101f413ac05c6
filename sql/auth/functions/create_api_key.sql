-- With its owner's rights, since nobody else may read or write the hash of a key.
create or replace function auth.create_api_key(
    p_user_id uuid,
    p_name text,
    p_scopes text[],
    p_calls_per_minute integer default 60,
    p_burst_calls integer default null,
    p_expires_at timestamptz default null
)
returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_key constant text := concat(
        'mdt_', replace(concat(gen_random_uuid(), gen_random_uuid(), gen_random_uuid()),
            '-', '')
    );
    v_unknown text;
begin
    if nullif(current_setting('mdt.user_id', true), '')::uuid <> p_user_id then
        raise exception 'an API key is made for the user that the session acts for'
            using errcode = '42501',
                hint = 'Set mdt.user_id to that user.';
    end if;
    select scope.name into v_unknown
    from unnest(p_scopes) as scope (name)
    where auth.has_permission(p_user_id, scope.name) is not true
    order by scope.name
    limit 1;
    if found then
        raise exception 'the user does not have the permission "%"', v_unknown
            using errcode = '42501',
                detail = 'An API key never allows more than its user may do.',
                hint = 'Give the user a role that has it, or leave the scope out.';
    end if;
    insert into auth.api_keys (
        user_id, name, key_start, key_sha256, scopes, calls_per_minute, burst_calls,
        expires_at
    ) values (
        p_user_id, p_name, left(v_key, 12), sha256(convert_to(v_key, 'UTF8')), p_scopes,
        p_calls_per_minute, coalesce(p_burst_calls, p_calls_per_minute), p_expires_at
    );
    return v_key;
end;
$function$;

comment on function auth.create_api_key(
    uuid, text, text[], integer, integer, timestamptz
) is
'Make an API key and return it; it is not kept, and never shown again. p_user_id: whom
it acts for; where mdt.user_id is set, that user. p_scopes: permissions, which the user
has to have. p_calls_per_minute: in the long run. p_burst_calls: at once after a pause,
default those of a minute. Errors: 42501 for another user or a permission too many;
23505 for a name that the user has used; 23514 where a limit is no positive number.';
revoke all on function auth.create_api_key(
    uuid, text, text[], integer, integer, timestamptz
) from public;
