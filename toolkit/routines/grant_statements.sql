-- p_column: '' for the whole object. p_before, p_now: [grantee, privilege, grantable].
create or replace function pg_temp.grant_statements(
    p_kind text,
    p_identity text,
    p_column text,
    p_before jsonb,
    p_now jsonb
)
returns setof text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with past as (
        select entry.value as text from jsonb_array_elements(p_before) as entry (value)
    ),

    present as (
        select entry.value as text from jsonb_array_elements(p_now) as entry (value)
    ),

    change as (
        select
            'revoke %1$s on %2$s %3$s from %4$s' as form,
            present.text as entry,
            1 as step
        from present
        where not exists (select from past where past.text = present.text)
        union all
        select
            'grant %1$s on %2$s %3$s to %4$s' || case
                when past.text ->> 2 = 'true' then ' with grant option' else ''
            end,
            past.text,
            2
        from past
        where not exists (select from present where present.text = past.text)
    )

    select
        format(
            change.form,
            (change.entry ->> 1) || coalesce(' (' || quote_ident(nullif(p_column, '')) || ')', ''),
            case
                when p_kind in ('function', 'procedure') then 'routine' else 'table'
            end,
            p_identity,
            change.entry ->> 0
        )
    from change
    order by change.step;
$function$;
