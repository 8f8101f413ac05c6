-- A column is known by its number in the table, so that a history is understood
-- although the column has got another name or type since.
create or replace function system.subject_stores(p_table regclass)
returns table (store regclass, is_history boolean, places jsonb)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with present as (
        select attribute.attnum, attribute.attname::text as name
        from pg_catalog.pg_attribute as attribute
        where
            attribute.attrelid = p_table
            and attribute.attnum > 0
            and not attribute.attisdropped
    ),

    histories as (
        select known.name, known.history
        from system.audited_tables as known
        where known.audited = p_table
        union
        -- Of a time when the table had another primary key.
        select retired.name, retired.history
        from system.audited_tables as known
        inner join system.audited_tables as retired
            on
                retired.audited is null
                and regexp_replace(retired.name, '_\d+$', '')
                = regexp_replace(known.name, '_\d+$', '')
        where known.audited = p_table
    ),

    kept as (
        select
            histories.history,
            present.name,
            past ->> 'column' as place,
            max(shapes.first_change_id) as last_change_id
        from histories
        inner join system.audit_shapes as shapes on histories.name = shapes.name
        cross join lateral jsonb_array_elements(shapes.columns) as past
        inner join present on (past ->> 'number')::smallint = present.attnum
        group by histories.history, present.name, past ->> 'column'
    ),

    places as (
        select
            kept.history,
            kept.name,
            jsonb_agg(kept.place order by kept.last_change_id) as names
        from kept
        group by kept.history, kept.name
    )

    select
        p_table,
        false,
        jsonb_object_agg(present.name, jsonb_build_array(present.name))
    from present
    union all
    select places.history, true, jsonb_object_agg(places.name, places.names)
    from places
    group by places.history;
$function$;

comment on function system.subject_stores(regclass) is
'Return where rows of a table are: in the table itself and in the histories of its
change trail. places: JSON object from each column of the table to the columns of the
store that hold its values, the present one last.';
