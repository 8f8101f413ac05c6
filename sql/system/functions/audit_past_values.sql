-- A column that got another type has its older values elsewhere in the history.
create or replace function system.audit_past_values(p_name text, p_columns jsonb)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with places as (
        select
            wanted.value ->> 'name' as name,
            wanted.position,
            past ->> 'column' as place,
            min(shapes.first_change_id) as first_change_id
        from jsonb_array_elements(p_columns)
            with ordinality as wanted (value, position)
        inner join system.audit_shapes as shapes on shapes.name = p_name
        cross join lateral jsonb_array_elements(shapes.columns) as past
        where past -> 'number' = wanted.value -> 'number'
        group by wanted.value ->> 'name', wanted.position, past ->> 'column'
    ),

    expressions as (
        select
            places.name,
            places.position,
            'case '
            || string_agg(
                format(
                    'when kept.trail_id >= %s then to_jsonb(kept.%I)',
                    places.first_change_id, places.place
                ),
                ' ' order by places.first_change_id desc
            )
            || ' end' as text
        from places
        group by places.name, places.position
    )

    select string_agg(
        format('%s as %I', expressions.text, expressions.name), ', '
        order by expressions.position
    )
    from expressions;
$function$;

comment on function system.audit_past_values(text, jsonb) is
'Return the list of SQL expressions that yield, from "kept", a row of a history, the
values of columns as JSON under their names of today. p_name: of system.audited_tables.
p_columns: as in system.audit_shapes.';
