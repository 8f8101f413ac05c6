create or replace function system.period_start(p_period text, p_at timestamptz)
returns timestamptz
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select
        date_trunc(
            case p_period
                when 'daily' then 'day'
                when 'monthly' then 'month'
                when 'yearly' then 'year'
            end,
            p_at at time zone 'UTC'
        ) at time zone 'UTC';
$function$;

comment on function system.period_start(text, timestamptz) is
'Return when the period of a partition begins, in UTC. p_period: daily, monthly or
yearly, else the result is null.';
