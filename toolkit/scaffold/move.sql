-- What the legacy table is, and what of it is not taken over. One row of it becomes one
-- entry of the catalogue here; other targets are those of the toolkit's own moves.
create or replace function strangler.map_{{ name }}(p_row {{ source }})
returns setof integration.catalogue_entry
language sql stable
as $function$
    select
        '{{ system }}', -- provider
        p_row.id::text, -- its id of the product
        '', -- its id of the variant
        p_row.style_code,
        p_row.brand,
        p_row.name,
        null::text, -- colorway
        null::text, -- gender
        'sneakers', -- category
        null::bigint, -- retail price in cents
        'USD',
        null::date, -- release date
        'US', -- region of the size
        null::text, -- size
        coalesce(p_row.updated_at, '-infinity'),
        'move:{{ name }}',
        null,
        case when p_row.name is null then 'it has no name' end, -- why it cannot be taken
        null::text[]; -- barcodes
$function$;

comment on function strangler.map_{{ name }}({{ source }}) is
'Return the catalogue entries of a row of {{ source }}.';

select strangler.register_move(
    '{{ name }}',
    '{{ system }}',
    '{{ title }}',
    '{{ source }}',
    'integration.product_links',
    array['provider', 'provider_product_id', 'provider_variant_id'],
    array['style_code', 'title', 'size_label'],
    'strangler.map_{{ name }}',
    'integration.record_catalogue',
    'integration.retire_links',
    p_forget_function => 'integration.forget_links'
);
