create or replace function auth.gdpr_anonymize_user(p_user_id uuid)
returns bigint
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    select coalesce(sum(done.rows), 0)::bigint
    from system.forget_subject('user', p_user_id::text, 'anonymize') as done;
$function$;

comment on function auth.gdpr_anonymize_user(uuid) is
'Anonymise a user now, whatever requests there are, and return how many rows that
changed; 0 when it was done before. Their row stays for what refers to it. See
system.forget_subject(). Errors: MD502 for an unknown user; MD503 when something would
be left.';
