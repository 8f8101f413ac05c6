create or replace function system.subject_hash(p_kind text, p_key text)
returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $function$
    select encode(sha256(convert_to(p_kind || ':' || p_key, 'UTF8')), 'hex');
$function$;

comment on function system.subject_hash(text, text) is
'Return what the erasure ledger has in place of a person. p_key: the primary key as the
server writes it.';
