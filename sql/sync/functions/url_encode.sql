-- PostgreSQL has no such function, and a subject may hold any character.
create or replace function sync.url_encode(p_text text)
returns text
language plpgsql stable strict parallel safe
set search_path = pg_catalog, pg_temp
as $function$
begin
    return (
        select
            coalesce(
                string_agg(
                    case
                        when chr(byte.code) ~ '[A-Za-z0-9._~-]' then chr(byte.code)
                        else '%' || upper(lpad(to_hex(byte.code), 2, '0'))
                    end,
                    '' order by byte.place
                ),
                ''
            )
        from (
            select
                place.place,
                get_byte(convert_to(p_text, 'UTF8'), place.place) as code
            from generate_series(0, octet_length(convert_to(p_text, 'UTF8')) - 1)
                as place (place)
        ) as byte
    );
end;
$function$;

comment on function sync.url_encode(text) is
'Return a text as it stands in one segment or query value of a URL: percent-encoded
UTF-8, all but the unreserved characters of RFC 3986. Null for null.';
