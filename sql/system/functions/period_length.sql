create or replace function system.period_length(p_period text)
returns interval
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select
        case p_period
            when 'daily' then interval '1 day'
            when 'monthly' then interval '1 month'
            when 'yearly' then interval '1 year'
        end;
$function$;

comment on function system.period_length(text) is
'Return how long a partition''s period is. p_period: daily, monthly or yearly, else the
result is null.';
