-- An alert is opened once, however often it is seen, and closed when it is over. Only
-- what is opened or closed is told, so that who listens is not told every minute.
create or replace function system.record_alerts()
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp set jit = off
as $function$
declare
    v_changed integer;
begin
    with alarm as materialized (
        select alarms.source, alarms.subject, alarms.severity, alarms.message
        from system.alarms
    ),

    seen as (
        insert into system.alerts as known (source, subject, severity, message)
        select alarm.source, alarm.subject, alarm.severity, alarm.message
        from alarm
        order by alarm.source asc, alarm.subject asc
        on conflict (source, subject) where resolved_at is null do update
        set
            severity = excluded.severity,
            message = excluded.message,
            seen_at = excluded.seen_at,
            sightings = known.sightings + 1
        returning
            known.id, known.source, known.subject, known.severity, known.message,
            known.sightings
    ),

    resolved as (
        update system.alerts as known
        set resolved_at = clock_timestamp()
        where
            known.resolved_at is null
            and starts_with(known.source, 'HLT')
            and not exists (
                select from alarm
                where alarm.source = known.source and alarm.subject = known.subject
            )
        returning
            known.id, known.source, known.subject, known.severity, known.message
    ),

    told as (
        select
            'opened' as state,
            seen.id,
            seen.source,
            seen.subject,
            seen.severity,
            seen.message
        from seen
        where seen.sightings = 1
        union all
        select
            'resolved' as state,
            resolved.id,
            resolved.source,
            resolved.subject,
            resolved.severity,
            resolved.message
        from resolved
    )

    select
        count(
            pg_notify(
                'mdt_alerts',
                jsonb_set(
                    to_jsonb(told), '{message}', to_jsonb(left(told.message, 1000))
                )::text
            )
        )
    into v_changed
    from told;
    return v_changed;
end;
$function$;

comment on function system.record_alerts() is
'Keep system.alarms as rows of system.alerts: open those that are new, count the
sighting of the others, and resolve those that are over, of what health checks find;
what anybody else has written there stays. Tells listeners of the channel mdt_alerts what is opened
and resolved, as a JSON object of state, id, source, subject, severity and message.
Returns how many that were.';
