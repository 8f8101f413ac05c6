-- Asked twice, it is one request: the unique index on waiting ones keeps that true in a
-- race.
create or replace function auth.request_deletion(
    p_user_id uuid,
    p_kind text default 'anonymize',
    p_due_at timestamptz default now() + interval '30 days',
    p_reason text default null
)
returns uuid
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    insert into auth.deletion_requests (user_id, kind, due_at, reason)
    values (p_user_id, p_kind, greatest(p_due_at, now()), p_reason)
    on conflict (user_id) where state = 'waiting' do nothing;
    select request.id
    from auth.deletion_requests as request
    where request.user_id = p_user_id and request.state = 'waiting';
$function$;

comment on function auth.request_deletion(uuid, text, timestamptz, text) is
'Take down that a user asked to be forgotten, and return the id of the request; of one
that waits already nothing changes. p_kind: anonymize or erase.
p_due_at: when auth.process_deletion_requests() does it. p_reason: what they said.
Errors: 23503 for an unknown user, 23514 for an unknown kind.';
