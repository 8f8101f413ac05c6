-- The forms that every version of pg_cron reads: *, n, a-b, a list of them, and a step.
create or replace function sync.cron_field_values(
    p_field text,
    p_low integer,
    p_high integer
)
returns integer[]
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_part text;
    v_bounds text[];
    v_values integer[] := array[]::integer[];
    v_first integer;
    v_last integer;
begin
    foreach v_part in array regexp_split_to_array(coalesce(p_field, ''), ',') loop
        v_bounds := regexp_match(
            v_part, '^(?:\*|([0-9]{1,2})(?:-([0-9]{1,2}))?)(?:/([1-9][0-9]?))?$'
        );
        v_first := coalesce(v_bounds[1]::integer, p_low);
        v_last := coalesce(
            v_bounds[2]::integer,
            case when v_part ~ '^[0-9]+$' then v_first else p_high end
        );
        if
            v_bounds is null
            or v_first < p_low
            or v_last > p_high
            or v_first > v_last
        then
            raise exception 'cron field "%" is not understood', p_field
                using errcode = '22023',
                      detail = format(
                          'Known are *, numbers from %s to %s, a-b, lists and /step.',
                          p_low, p_high
                      );
        end if;
        v_values := v_values || array(
            select step.value
            from generate_series(v_first, v_last, coalesce(v_bounds[3]::integer, 1))
                as step (value)
        );
    end loop;
    return v_values;
end;
$function$;

comment on function sync.cron_field_values(text, integer, integer) is
'Return the numbers that one field of a cron schedule stands for.
p_low, p_high: what * stands for.
Errors: 22023 for a field that is not understood.';
