-- Doubling keeps a provider in trouble from being asked on and on; the random half
-- keeps the jobs that failed together from coming back together.
create or replace function sync.retry_delay(
    p_attempt integer,
    p_random double precision default random()
)
returns interval
language sql volatile
set search_path = pg_catalog, pg_temp
as $function$
    select
        least(
            interval '1 hour',
            interval '10 seconds' * power(2, least(p_attempt, 30) - 1)
        ) * (0.5 + p_random / 2);
$function$;

comment on function sync.retry_delay(integer, double precision) is
'Return the pause after a failed attempt: 10 s doubled with each attempt, one hour at
most, of which between half and all counts.
p_attempt: number of the attempt that failed, from 1. p_random: from 0 (half) to 1
(all).';
