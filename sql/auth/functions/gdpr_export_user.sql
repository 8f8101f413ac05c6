create or replace function auth.gdpr_export_user(p_user_id uuid)
returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select system.export_subject('user', p_user_id::text);
$function$;

comment on function auth.gdpr_export_user(uuid) is
'Return all that is stored of a user, as system.export_subject() does. Errors: MD502 for
an unknown user.';
