-- A subject that somebody looks at is kept from then on, if only as a cold one.
create or replace function sync.touch_subscription(
    p_client_id text,
    p_data_type text,
    p_subject text,
    p_ttl interval default '90 s'
)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
begin
    perform sync.require_data_type(p_data_type);
    insert into sync.subjects (data_type, subject)
    values (p_data_type, p_subject)
    on conflict (data_type, subject) do nothing;
    insert into sync.active_subscriptions as active (
        client_id, data_type, subject, expires_at
    )
    values (p_client_id, p_data_type, p_subject, now() + p_ttl)
    on conflict (client_id, data_type, subject)
    do update set expires_at = excluded.expires_at;
end;
$function$;

comment on function sync.touch_subscription(text, text, text, interval) is
'Note that a client looks at a subject, and for how long that counts; called again and
again while it looks. The subject is registered where it is not.
p_client_id: the client, as it names itself. p_ttl: time until it counts as gone.
Errors: MD201 when the data type is not registered, 23514 when the subject is empty.';
