create or replace function system.set_secret(
    p_key text, p_encrypted_value text, p_key_id text, p_description text default null
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    if p_key !~ '^[a-z0-9_]+([.-][a-z0-9_]+)*$' then
        raise exception 'a setting cannot be called "%"', p_key
            using errcode = '22023',
                detail = 'Names are lower-case letters, digits and underscores, in parts '
                'that a dot or a hyphen separates.',
                hint = 'Write it as in stockx_api_key.';
    end if;
    perform system.register_key(p_key_id);
    insert into system.config as known (key, encrypted_value, key_id, description)
    values (p_key, p_encrypted_value, p_key_id, coalesce(p_description, ''))
    on conflict (key) do update
    set
        value = null,
        encrypted_value = excluded.encrypted_value,
        key_id = excluded.key_id,
        description = coalesce(p_description, known.description);
end;
$function$;

comment on function system.set_secret(text, text, text, text) is
'Write a setting that is a secret, in place of what it was. p_key: its name.
p_encrypted_value: what is kept, encrypted outside the database. p_key_id: the key that
it was encrypted with. p_description: what it sets, default as before. Errors: 22023 for
what cannot be a name.';
