-- European and metric sizes of children do not start anew at 1 as US and UK ones do, so
-- that they are one scale. A youth's end at 7, so that 10.5 among them is a child's.
create or replace function products.list_size_scales(
    p_gender text,
    p_region text,
    p_label text
)
returns text[]
language sql immutable parallel safe
return case
    when p_gender in ('men', 'women') then array[p_gender]
    when p_region in ('EU', 'CM', 'JP', 'KR') then array['youth', 'child', 'infant']
    when
        p_gender in ('youth', 'child')
        and split_part(p_label, ' ', 1)::numeric
        >= case p_region when 'UK' then 9.5 else 10.5 end
        then array['youth', 'child']
    else array[p_gender]
end;

comment on function products.list_size_scales(text, text, text) is
'Return the scales, as in products.size_conversions, that a size may stand on. p_gender,
p_region, p_label: as products.parse_size() returns them.';
