create or replace function system.partition_key(p_epoch text, p_at timestamptz)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $function$
    select
        case p_epoch
            when 'none' then quote_literal(p_at)
            when 'nanoseconds'
                then (floor(extract(epoch from p_at))::bigint * 1000000000)::text
        end;
$function$;

comment on function system.partition_key(text, timestamptz) is
'Return the SQL literal of a time in the terms of a partition key. p_epoch: as in
system.partitioned_tables.';
