-- "Jordan" is a user name, and a brand. What is short, or one common word or number,
-- would be found where it means something else.
create or replace function system.is_distinctive(p_value text)
returns boolean
language sql immutable
set search_path = pg_catalog, pg_temp
as $function$
    select
        length(p_value) >= 8
        and p_value ~ '[^[:space:]]{2}'
        and (
            p_value ~ '[^[:alnum:]]'
            or p_value ~ '[[:digit:]]' and p_value ~ '[^[:digit:]]'
            or length(p_value) >= 9 and p_value !~ '[^[:digit:]]'
        );
$function$;

comment on function system.is_distinctive(text) is
'Tell whether a value is looked for outside the columns that it belongs to: eight
characters or more, with a letter or digit beside other kinds of characters, or nine
digits. Null for null.';
