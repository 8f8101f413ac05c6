-- The first refresh of a view cannot be concurrent; all later ones let readers go on.
create or replace function analytics.refresh_views()
returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_view record;
    v_done text[];
begin
    for v_view in
        select
            class.oid::regclass as name,
            class.relispopulated as is_populated
        from pg_catalog.pg_class as class
        where
            class.relnamespace = 'analytics'::regnamespace
            and class.relkind = 'm'
        order by class.relname
    loop
        execute format(
            'refresh materialized view %s %s',
            case when v_view.is_populated then 'concurrently' else '' end,
            v_view.name
        );
        v_done := v_done || v_view.name::text;
    end loop;
    return array_to_string(v_done, ', ');
end;
$function$;

comment on function analytics.refresh_views() is
'Refresh every materialized view of the schema; return their names.';
