create or replace function system.json_ascii(p_text text)
returns text
language sql immutable strict
set search_path = pg_catalog, pg_temp
as $function$
    select coalesce(
        string_agg(
            case
                when letter.code < 128 then letter.text
                when letter.code < 65536
                    then '\u' || lpad(to_hex(letter.code), 4, '0')
                else
                    '\u' || to_hex(55296 + ((letter.code - 65536) >> 10))
                    || '\u' || to_hex(56320 + ((letter.code - 65536) & 1023))
            end,
            '' order by letter.number
        ), ''
    )
    from (
        select split.text, ascii(split.text) as code, split.number
        from regexp_split_to_table(p_text, '') with ordinality as split (text, number)
    ) as letter;
$function$;

comment on function system.json_ascii(text) is
'Return a text with its letters beyond ASCII as many programs write them in JSON: \u and
four hexadecimal digits, twice for those beyond 65535. Null for null.';
