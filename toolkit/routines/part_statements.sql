-- What the object itself (p_part is '') or one of its columns carried.
create or replace function pg_temp.part_statements(
    p_place text,
    p_identity text,
    p_part text,
    p_before jsonb,
    p_now jsonb
)
returns setof text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with place as (
        select
            case
                when p_part = '' then p_place
                else format('column %s.%I', p_identity, p_part)
            end as text,
            format('alter %s alter column %I ', p_place, p_part) as alteration
    )

    select format('comment on %s is %L', place.text, p_before ->> 'comment')
    from place
    where p_before ->> 'comment' is distinct from p_now ->> 'comment'
        and p_before ? 'comment'
    union all
    select
        format(
            'security label for %I on %s is %L', label.provider, place.text, label.label
        )
    from place
    cross join lateral jsonb_each_text(p_before -> 'labels') as label (provider, label)
    where p_before -> 'labels' is distinct from p_now -> 'labels'
    union all
    select format('%s set default %s', place.alteration, p_before ->> 'default')
    from place
    where p_before ->> 'default' is distinct from p_now ->> 'default'
        and p_before ? 'default'
    union all
    select format('%s set statistics %s', place.alteration, p_before ->> 'target')
    from place
    where p_before ->> 'target' is distinct from p_now ->> 'target'
        and p_before ? 'target'
    union all
    select
        format(
            '%s set (%s)',
            place.alteration,
            (
                select string_agg(option.text, ', ')
                from jsonb_array_elements_text(p_before -> 'options') as option (text)
            )
        )
    from place
    where p_before -> 'options' is distinct from p_now -> 'options'
        and p_before ? 'options';
$function$;
