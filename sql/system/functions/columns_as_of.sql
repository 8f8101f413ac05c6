create or replace function system.columns_as_of(p_name text, p_at timestamptz)
returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with shape_then as (
        select shapes.columns
        from system.audit_shapes as shapes
        where shapes.name = p_name and shapes.starts_at <= p_at
        order by shapes.first_change_id desc
        limit 1
    )

    select jsonb_agg(present.value order by present.position)
    from jsonb_array_elements(system.last_shape(p_name))
        with ordinality as present (value, position)
    where
        not exists (select from shape_then)
        or exists (
            select
            from shape_then
            cross join lateral jsonb_array_elements(shape_then.columns) as past
            where past -> 'number' = present.value -> 'number'
        );
$function$;

comment on function system.columns_as_of(text, timestamptz) is
'Return those columns of an audited table that were there at a time and still are, as in
system.audit_shapes. p_name: of system.audited_tables.';
