-- Each change is read with the columns that the table had then.
create or replace function system.audit_image(p_name text, p_alias text default 'kept')
returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select 'case '
    || string_agg(
        format(
            'when %3$s.trail_id >= %1$s then'
            ' (select to_jsonb(part) from (select %2$s) as part)',
            shapes.first_change_id,
            system.audit_list(shapes.columns, p_alias || '.%1$I as %2$I'),
            p_alias
        ),
        ' ' order by shapes.first_change_id desc
    )
    || ' end'
    from system.audit_shapes as shapes
    where shapes.name = p_name;
$function$;

comment on function system.audit_image(text, text) is
'Return SQL that yields the old row in a row of a history as a JSON object. p_name: of
system.audited_tables. p_alias: what the row of the history is called.';
