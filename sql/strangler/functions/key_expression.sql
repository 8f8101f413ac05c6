create or replace function strangler.key_expression(p_columns text[], p_row text)
returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $function$
    select 'jsonb_build_object('
        || string_agg(
            format('%1$L, %2$s.%1$I', part.name, p_row), ', ' order by part.place
        )
        || ')'
    from unnest(p_columns) with ordinality as part (name, place);
$function$;

comment on function strangler.key_expression(text[], text) is
'Return SQL that builds the JSON object of key columns of a row. p_row: its alias, or
an expression in
brackets.';
