-- Options as they were, and the indexes that somebody added to a materialized view.
-- p_is_unchanged: options that are new are not the file's either.
create or replace function pg_temp.storage_statements(
    p_place text,
    p_before jsonb,
    p_now jsonb,
    p_is_unchanged boolean
)
returns setof text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with past as (
        select split_part(option.text, '=', 1) as name, option.text
        from jsonb_array_elements_text(p_before -> 'options') as option (text)
    ),

    present as (
        select split_part(option.text, '=', 1) as name, option.text
        from jsonb_array_elements_text(p_now -> 'options') as option (text)
    ),

    lost as (
        select entry.value as index
        from jsonb_array_elements(p_before -> 'indexes') as entry (value)
        where not exists (
            select from jsonb_array_elements(p_now -> 'indexes') as other (value)
            where other.value ->> 'name' = entry.value ->> 'name'
        )
    )

    select format('alter %s reset (%s)', p_place, string_agg(present.name, ', '))
    from present
    where
        p_is_unchanged
        and not exists (select from past where past.name = present.name)
    having count(*) > 0
    union all
    select
        format(
            'alter %s set (%s)',
            p_place,
            string_agg(
                format('%s=%L', past.name, substr(past.text, length(past.name) + 2)), ', '
            )
        )
    from past
    where not exists (select from present where present.text = past.text)
    having count(*) > 0
    union all
    select
        coalesce(
            'set local default_tablespace = '
            || quote_literal(lost.index ->> 'tablespace')
            || '; ',
            ''
        )
        || (lost.index ->> 'definition')
        || coalesce(
            format('; comment on index %s is ', lost.index ->> 'place')
            || quote_literal(lost.index ->> 'comment'),
            ''
        )
        || '; set local default_tablespace to default'
    from lost
    union all
    select format('alter %s cluster on %I', p_place, entry.value ->> 'name')
    from jsonb_array_elements(p_before -> 'indexes') as entry (value)
    where entry.value -> 'is_clustered' = 'true'
        and not coalesce(p_now -> 'indexes', '[]') @> jsonb_build_array(
            jsonb_build_object('name', entry.value -> 'name', 'is_clustered', true)
        );
$function$;
