create or replace function system.mention_test(p_name text, p_category text)
returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $function$
    select format(
        case p_category
            when 'text' then 't0.%1$I ~* $1'
            when 'array' then
                'array_to_string(t0.%1$I, E''\n'') ~* $1'
                ' and system.scrub_array(t0.%1$I::text[], $1) <> t0.%1$I::text[]'
            else
                't0.%1$I::text ~* $2'
                ' and system.scrub_json(t0.%1$I::jsonb, $1) <> t0.%1$I::jsonb'
        end,
        p_name
    );
$function$;

comment on function system.mention_test(text, text) is
'Return the condition, as SQL, under which a column of a row, t0, mentions what the
patterns $1 and, loosely, $2 find. p_category: as in system.searched_columns().';
