create or replace function strangler.column_list(
    p_columns text[],
    p_row text,
    p_suffix text default ''
)
returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $function$
    select string_agg(
        format('%s.%I%s', p_row, part.name, p_suffix), ', ' order by part.place
    )
    from unnest(p_columns) with ordinality as part (name, place);
$function$;

comment on function strangler.column_list(text[], text, text) is
'Return SQL that lists columns of a row. p_row: its alias, or an expression in brackets.
p_suffix: SQL after each column, such as " desc".';
