-- When a schedule fired last says whether a job is due, without remembering anything
-- but its runs. As in cron, a day matches by month day or by week day when both are
-- limited. The two last days that match hold the answer; eight years hold any 29
-- February.
create or replace function sync.last_cron_time(
    p_schedule text,
    p_at timestamptz default now()
)
returns timestamptz
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $function$
declare
    c_days constant integer := 8 * 366;
    v_fields text[] := regexp_split_to_array(btrim(p_schedule), '\s+');
    v_today date := (p_at at time zone 'UTC')::date;
    v_month_days integer[];
    v_months integer[];
    v_week_days integer[];
begin
    if p_schedule is null or cardinality(v_fields) <> 5 then
        raise exception 'schedule "%" has not five fields', coalesce(p_schedule, 'null')
            using errcode = '22023',
                  detail = 'They are minute, hour, day of month, month, day of week.';
    end if;
    v_month_days := sync.cron_field_values(v_fields[3], 1, 31);
    v_months := sync.cron_field_values(v_fields[4], 1, 12);
    v_week_days := sync.cron_field_values(v_fields[5], 0, 7);
    return (
        with days as (
            select day.day
            from (
                select v_today - back.days as day
                from generate_series(0, c_days) as back (days)
            ) as day
            where
                extract(month from day.day) = any(v_months)
                and case
                    when v_fields[3] ^@ '*' or v_fields[5] ^@ '*'
                        then extract(day from day.day) = any(v_month_days)
                            and (
                                extract(dow from day.day) = any(v_week_days)
                                or extract(isodow from day.day) = any(v_week_days)
                            )
                    else extract(day from day.day) = any(v_month_days)
                        or extract(dow from day.day) = any(v_week_days)
                        or extract(isodow from day.day) = any(v_week_days)
                end
            order by day.day desc
            limit 2
        )

        select max(fired.at)
        from days
        cross join unnest(sync.cron_field_values(v_fields[2], 0, 23)) as hour (hour)
        cross join unnest(sync.cron_field_values(v_fields[1], 0, 59)) as minute (minute)
        cross join lateral (
            select
                (days.day + make_time(hour.hour, minute.minute, 0))
                    at time zone 'UTC' as at
        ) as fired
        where fired.at <= p_at
    );
end;
$function$;

comment on function sync.last_cron_time(text, timestamptz) is
'Return the last minute, up to p_at, at which a cron schedule fires; null when it never
does.
p_schedule: five fields, in UTC: minute, hour, day of month, month, day of week.
Errors: 22023 for a schedule that is not understood.';
