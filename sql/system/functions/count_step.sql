create or replace function system.count_step(
    p_steps jsonb, p_relation regclass, p_action text, p_rows bigint
)
returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select case
        when p_rows = 0 then p_steps
        else jsonb_set(
            p_steps, array[p_relation::text],
            coalesce(p_steps -> p_relation::text, '{}') || jsonb_build_object(
                p_action,
                coalesce((p_steps -> p_relation::text ->> p_action)::bigint, 0) + p_rows
            )
        )
    end;
$function$;

comment on function system.count_step(jsonb, regclass, text, bigint) is
'Return the counts of an erasure with those of one statement added. p_steps: JSON object
from relation to action to rows. p_action: as in system.erasure_steps.';
