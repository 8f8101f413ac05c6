-- A value that a history alone still has, of a column that the table has lost, goes
-- too.
create or replace function system.anonymize_rows(
    p_table regclass,
    p_store regclass,
    p_is_history boolean,
    p_places jsonb,
    p_condition text,
    p_key text
)
returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_rows bigint := 0;
    v_statement text;
begin
    with replaced as (
        select
            place.name,
            format(
                '(%s)::%s',
                coalesce(
                    system.replacement(p_table, classified.column_name), 'null'
                ),
                format_type(attribute.atttypid, null)
            ) as expression
        from system.classified_columns as classified
        inner join pg_catalog.pg_attribute as attribute
            on
                attribute.attrelid = p_table
                and classified.column_name = attribute.attname
                and attribute.attgenerated = ''
        cross join lateral jsonb_array_elements_text(
            p_places -> classified.column_name
        ) as place (name)
        where
            classified.relation = p_table
            and (
                classified.class in ('identifier', 'attribute', 'secret')
                or not p_is_history and classified.class = 'mark'
            )
        union all
        select attribute.attname, 'null::' || format_type(attribute.atttypid, null)
        from pg_catalog.pg_attribute as attribute
        where
            p_is_history
            and attribute.attrelid = p_store
            and attribute.attnum > 0
            and not attribute.attisdropped
            and not starts_with(attribute.attname, 'trail_')
            and not jsonb_path_exists(
                p_places, '$.*[*] ? (@ == $name)',
                jsonb_build_object('name', attribute.attname)
            )
            and system.is_personal(p_table)
    )

    select format(
        'update %s as t0 set %s where (%s) and (%s)',
        p_store,
        string_agg(
            format(
                case
                    when p_is_history
                        then '%1$I = case when t0.%1$I is not null then %2$s end'
                    else '%1$I = %2$s'
                end,
                replaced.name, replaced.expression
            ), ', ' order by replaced.name
        ),
        p_condition,
        string_agg(
            format(
                case when p_is_history then 't0.%1$I is not null and ' else '' end
                || 't0.%1$I::text is distinct from (%2$s)::text',
                replaced.name, replaced.expression
            ), ' or ' order by replaced.name
        )
    )
    into v_statement
    from replaced
    having count(*) > 0;
    if v_statement is not null then
        execute v_statement using p_key;
        get diagnostics v_rows = row_count;
    end if;
    return v_rows;
end;
$function$;

comment on function system.anonymize_rows(
    regclass, regclass, boolean, jsonb, text, text
) is
'Replace the personal columns of rows that do not have the replacements yet, and return
how many there were. p_store, p_is_history, p_places: as system.subject_stores() returns
them for p_table. p_condition: which rows, t0, as SQL with p_key as $1.';
