-- The foreign keys of what is encrypted decide, so that a secret written with the key
-- at this moment is not lost with it.
create or replace function system.retire_key(p_key_id text)
returns boolean
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    with retired as (
        delete from system.encryption_keys
        where key_id = p_key_id
        returning key_id
    )

    select exists (select from retired);
$function$;

comment on function system.retire_key(text) is
'Let no secret be written with a key any more; return whether it was known. Errors:
23503 while a secret needs it.';
