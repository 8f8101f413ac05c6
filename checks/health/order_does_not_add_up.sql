-- title: Orders whose amounts do not add up
-- id: HLT115
-- severity: warning
-- why: proceeds and profits that are stated are read as true, in reports and in taxes
-- fix: ask the platform for its statement, and correct the order
with claims as (
    select
        platform.slug,
        sale.sold_at,
        coalesce(sale.external_order_id, sale.id::text) as name,
        case
            when sale.net_profit_cents <> sale.net_proceeds_cents - sale.cost_cents
                then 'net profit is not net proceeds less cost'
            when sale.gross_profit_cents <> sale.sale_price_cents - sale.cost_cents
                then 'gross profit is not price less cost'
            when
                sale.net_proceeds_cents
                > sale.sale_price_cents
                - coalesce(sale.seller_fee_cents, 0)
                - coalesce(sale.processing_fee_cents, 0)
                - coalesce(sale.platform_fee_cents, 0)
                then 'net proceeds are more than the price without its fees'
        end as wrong
    from transactions.orders as sale
    inner join platforms.platforms as platform on sale.platform_id = platform.id
    where sale.removed_at is null
)

select
    claims.slug || ': ' || claims.wrong as subject,
    format(
        '%s orders, the latest %s',
        count(*),
        (array_agg(claims.name order by claims.sold_at desc))[1]
    ) as detail
from claims
where claims.wrong is not null
group by claims.slug, claims.wrong
order by subject;
