-- Providers show a window of sales again and again, without ids. Equal sales of one
-- answer are separate sales; equal sales of two answers are the same. So the nth equal
-- sale of an answer is the nth equal sale there is. Where sales do have ids, each
-- counts from a number of its own, made from its id.
create or replace function integration.record_sales(
    p_sales integration.sale_observation[]
)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $function$
declare
    v_added integer;
begin
    insert into integration.market_sales (
        product_id, variant_id, source, region, channel, currency, price_cents, sold_at,
        occurrence, observed_at, external_id, shipping_cents, details
    )
    select
        sale.product_id,
        sale.variant_id,
        sale.source,
        sale.region,
        sale.channel,
        sale.currency,
        sale.price_cents,
        sale.sold_at,
        own.number + row_number() over (
            partition by
                sale.product_id, sale.variant_id, sale.source, sale.region,
                sale.channel, sale.currency, sale.price_cents, sale.sold_at,
                sale.external_id
        ),
        sale.observed_at,
        sale.external_id,
        sale.shipping_cents,
        sale.details
    from unnest(p_sales) as sale
    cross join lateral (
        select coalesce(
            ('x' || left(md5(sale.external_id), 7))::bit(28)::integer, 0
        ) as number
    ) as own
    order by 1, 2, 3, 4, 5, 6, 7, 8, 9
    on conflict (
        product_id, variant_id, source, region, channel, currency, price_cents, sold_at,
        occurrence
    ) do nothing;
    get diagnostics v_added = row_count;
    return v_added;
end;
$function$;

comment on function integration.record_sales(integration.sale_observation[]) is
'Write single sales; return how many are new. p_sales: one answer of a provider, whole;
equal sales in it count as that many.
Errors: class 23 for rows that break the rules of market_sales, 22001 for a currency of
more than three letters.';
