-- Each change is read with the columns that the table had then.
create or replace function system.audit_image(p_name text)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select 'case '
    || string_agg(
        format(
            'when kept.trail_id >= %s then'
            ' (select to_jsonb(part) from (select %s) as part)',
            shapes.first_change_id,
            system.audit_list(shapes.columns, 'kept.%1$I as %2$I')
        ),
        ' ' order by shapes.first_change_id desc
    )
    || ' end'
    from system.audit_shapes as shapes
    where shapes.name = p_name;
$function$;

comment on function system.audit_image(text) is
'Return SQL that yields the old row of "kept", a row of a history, as a JSON object.
p_name: of system.audited_tables.';
