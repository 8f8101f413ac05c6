create or replace function system.register_key(p_key_id text)
returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    insert into system.encryption_keys (key_id) values (p_key_id)
    on conflict (key_id) do nothing;
$function$;

comment on function system.register_key(text) is
'Let secrets be encrypted with a key; safe to repeat. p_key_id: the first 16 hexadecimal
digits of its SHA-256.';
