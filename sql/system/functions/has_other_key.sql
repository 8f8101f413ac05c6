create or replace function system.has_other_key(p_name text)
returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    select
        (
            select array_agg(
                (column_ ->> 'number') || ' ' || (column_ ->> 'type')
                order by (column_ ->> 'key')::integer
            )
            from jsonb_array_elements(system.last_shape(p_name)) as column_
            where column_ ->> 'key' is not null
        ) is distinct from (
            select array_agg(
                present.number || ' ' || present.type order by present.key_position
            )
            from system.audited_tables as registered
            cross join lateral system.audited_columns(registered.audited) as present
            where registered.name = p_name and present.key_position is not null
        );
$function$;

comment on function system.has_other_key(text) is
'Tell whether the primary key of an audited table is not what its history is kept by.
p_name: of system.audited_tables.';
