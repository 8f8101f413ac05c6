-- Providers put the scale before the number (US M 7), behind it (7.5W, 3.5Y, 10C), or
-- nowhere, in which case the product says it. Most are of the last two kinds, and need
-- no parts of a regular expression, which cost more than all the rest.
create or replace function products.parse_size(
    p_label text,
    p_gender text default null,
    p_region text default 'US',
    out region text,
    out gender text,
    out label text,
    out other_region text,
    out other_gender text,
    out other_label text,
    out is_assumed boolean,
    out problem text
)
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_pattern constant text :=
        '^(?:(US|UK|EU|CM|JP|KR)[ :]*)?'
        '(?:(MEN''?S?|WOMEN''?S?|WMNS|M|W)[ :]*)?'
        '([0-9]{1,3}(?:\.[0-9]{1,2}| 1/2| [12]/3)?) ?'
        '([WYCKM])? ?(US|UK|EU|CM|JP|KR)?'
        '(?: ?\((.*)\)| ?/ ?([^()]*))?$';
    v_label text := upper(btrim(p_label));
    v_scale text := p_gender;
    v_parts text[];
    v_letter text;
begin
    if v_label ~ '^[1-9][0-9]?(?:\.5)?[WMYCK]?$' then
        v_parts := array[
            null, null, rtrim(v_label, 'WMYCK'), nullif(ltrim(v_label, '.0123456789'), '')
        ];
    else
        v_parts := regexp_match(v_label, v_pattern);
    end if;
    if v_parts is null then
        v_label := products.clean_size_label(p_label);
        v_parts := regexp_match(v_label, v_pattern);
    end if;
    if p_gender not in ('men', 'women', 'youth', 'unisex') then
        v_scale := products.normalize_size_gender(p_gender);
        problem := case
            when v_scale is null then format('gender "%s" is not known', p_gender)
        end;
    end if;
    region := coalesce(
        v_parts[1], v_parts[5], upper(btrim(p_region)),
        products.detect_size_region(v_parts[3])
    );
    if v_parts is null or region is null
        or region not in ('US', 'UK', 'EU', 'CM', 'JP', 'KR')
    then
        region := 'other';
        gender := coalesce(v_scale, 'unisex');
        label := coalesce(products.normalize_clothing_size(v_label), v_label);
        problem := products.describe_unread_size(label, v_parts[3] is not null, p_region);
        return;
    end if;
    label := case
        when v_parts[3] ~ '^[1-9][0-9]?(?:\.5)?$' then v_parts[3]
        else products.spell_size_number(v_parts[3], region)
    end;
    v_letter := coalesce(v_parts[4], left(v_parts[2], 1));
    is_assumed := v_letter is null and p_gender is null;
    gender := case
        when v_letter is not null
            then products.pick_size_gender(v_letter, v_scale, label)
        when v_scale in ('women', 'youth', 'child', 'infant') then v_scale
        else 'men'
    end;
    if v_parts[1] <> v_parts[5] or left(v_parts[2], 1) <> v_parts[4] then
        problem := 'it says two things at once';
    end if;
    if v_parts[6] is not null or v_parts[7] is not null then
        select other.region, other.gender, other.label
        into other_region, other_gender, other_label
        from products.parse_size(coalesce(v_parts[6], v_parts[7]), p_gender, region)
            as other
        where other.region <> 'other';
        if other_label is null and v_parts[7] is not null then
            problem := 'what stands behind its slash cannot be read';
        elsif
            other_region = region and other_gender <> gender
            and other_gender = coalesce(nullif(v_scale, 'unisex'), 'men')
        then
            select other_gender, other_label, gender, label
            into gender, label, other_gender, other_label;
        end if;
    end if;
end;
$function$;

comment on function products.parse_size(text, text, text) is
'Take a size label apart into region (US, UK, EU, CM, JP, KR or other), gender of its
scale, and number; and into the other size that it states beside that. What is not a
shoe size comes back whole, in one spelling, with region other.
p_label: 9, 7.5W, 3.5Y, 10C, EU 36 2/3, UK 6 (EU 39), M 8 / W 9.5, 8.5 US, XL.
p_gender: of the product, for labels that do not say; unisex shoes are sized as men''s.
p_region: for labels that do not say; null to take what the number leaves no doubt of.
is_assumed: nothing says the gender, so men''s was taken. problem: why it cannot stand
for one size, else null.';
