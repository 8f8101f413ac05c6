create or replace function system.audit_list(
    p_columns jsonb,
    p_form text,
    p_separator text default ', ',
    p_only_key boolean default false,
    p_key_form text default null
)
returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $function$
    select string_agg(
        format(
            case
                when column_ ->> 'key' is not null then coalesce(p_key_form, p_form)
                else p_form
            end,
            column_ ->> 'column', column_ ->> 'name', column_ ->> 'type'
        ),
        p_separator
        order by
            case when p_only_key then (column_ ->> 'key')::integer end,
            (column_ ->> 'number')::integer
    )
    from jsonb_array_elements(p_columns) as column_
    where not p_only_key or column_ ->> 'key' is not null;
$function$;

comment on function system.audit_list(jsonb, text, text, boolean, text) is
'Return a list of columns as SQL. p_columns: as in system.audit_shapes. p_form: for
format(), with the name in the history, that in the table, and the type as arguments.
p_separator: between two. p_only_key: the primary key alone, in its order.
p_key_form: form of the columns of the primary key, if another.';
