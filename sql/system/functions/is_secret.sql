-- By its name, so that a new column of this kind is covered from the start.
create or replace function system.is_secret(p_column text)
returns boolean
language sql immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select p_column
    ~ '^encrypted_|_encrypted$|^password_hash$|^hashed_password$|^(key|token)_sha256$';
$function$;

comment on function system.is_secret(text) is
'Return whether a column holds a secret, as its name tells: encrypted values and hashes
of what somebody proves who they are with. No trail keeps it, and only the roles that
need it read it. p_column: name.';
