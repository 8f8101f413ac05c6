create or replace function system.last_shape(p_name text)
returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select shapes.columns
    from system.audit_shapes as shapes
    where shapes.name = p_name
    order by shapes.first_change_id desc
    limit 1;
$function$;

comment on function system.last_shape(text) is
'Return the columns of an audited table as its trail records them now, as in
system.audit_shapes. p_name: of system.audited_tables.';
