-- A statement of the application may have changed millions of rows.
create or replace function strangler.loop_statement(p_query text, p_action text)
returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        $template$
            for v_rows in
                select array_agg(numbered.source_row)
                from (
                    select
                        given.source_row,
                        (row_number() over () - 1) / 1000 as part
                    from (%s) as given
                ) as numbered
                group by numbered.part
            loop
                %s
            end loop;
        $template$,
        p_query,
        p_action
    );
$function$;

comment on function strangler.loop_statement(text, text) is
'Return PL/pgSQL that does something with v_rows, up to a thousand rows at a time.
p_query: SQL that yields source_row. p_action: a PL/pgSQL statement.';
