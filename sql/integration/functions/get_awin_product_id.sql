-- A feed has a row, and a merchant_product_id, per size; sizes of one shoe share the
-- page of the shop, unless the shop names a parent.
create or replace function integration.get_awin_product_id(p_row jsonb)
returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
    select coalesce(
        integration.get_text(p_row, 'parent_product_id'),
        split_part(integration.get_text(p_row, 'merchant_deep_link'), '?', 1),
        integration.get_text(p_row, 'merchant_product_id')
    );
$function$;

comment on function integration.get_awin_product_id(jsonb) is
'Return what the sizes of one product share in the rows of an Awin feed, null for a row
that does not say. p_row: JSON object by column name.';
