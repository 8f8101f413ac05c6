-- Providers put the scale before the number (US M 7), behind it (7.5W, 3.5Y, 10C), or
-- nowhere, in which case the product says it. The youth scale runs on into the men's,
-- so that the small sizes of a unisex shoe, 3.5Y at one provider, are 3.5 at another.
create or replace function products.parse_size(
    p_label text,
    p_gender text default null,
    p_region text default 'US',
    out region text,
    out gender text,
    out label text
)
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_parts constant text[] := regexp_match(
        upper(btrim(p_label)),
        '^(?:(US|UK|EU|CM|JP|KR)\s+)?(?:([MW])\s+)?'
        '([0-9]{1,3}(?:\.[0-9]{1,2})?(?:\s[12]/3)?)\s*([WYCM])?(?:\s*\(.*\))?$'
    );
begin
    region := coalesce(v_parts[1], upper(p_region), 'other');
    if v_parts is null or region not in ('US', 'UK', 'EU', 'CM', 'JP', 'KR') then
        region := 'other';
        gender := coalesce(p_gender, 'unisex');
        label := nullif(upper(btrim(p_label)), '');
        return;
    end if;
    label := case
        when v_parts[3] like '% %' then v_parts[3]
        else trim_scale(v_parts[3]::numeric)::text
    end;
    gender := case coalesce(v_parts[4], v_parts[2])
        when 'W' then 'women'
        when 'M' then 'men'
        when 'Y' then case p_gender when 'unisex' then 'men' else 'youth' end
        when 'C' then 'child'
        else
            case
                when p_gender in ('women', 'youth', 'child', 'infant') then p_gender
                else 'men'
            end
    end;
end;
$function$;

comment on function products.parse_size(text, text, text) is
'Take a size label apart into region (US, UK, EU, CM, JP, KR or other), gender of its
scale, and number. p_label: 9, 7.5W, 3.5Y, EU 36 2/3, UK 6 (EU 39). p_gender: of the
product, for labels that do not say; unisex shoes are sized as men''s. p_region: for
labels that do not say. What is not a shoe size comes back whole, with region other.';
