-- The legacy systems know the listing of an order, and never the piece that was sold. A
-- listing that names its piece settles it. Else a piece of the same product, size and
-- owner will do that was bought before the sale, for the cost that the order states: if
-- it is the only one for the order and the order the only one for it. Pieces that are
-- alike in all that are not told apart by guessing; only the rule of the books does.
create or replace function transactions.match_inventory(
    p_first_in_first_out boolean default false
)
returns table (
    product_id uuid,
    order_id uuid,
    sold_at timestamptz,
    inventory_id uuid,
    rule text
)
language sql stable
set search_path = pg_catalog, pg_temp
as $function$
    with waiting as (
        select
            sale.product_id,
            sale.id,
            sale.sold_at,
            sale.variant_id,
            sale.owner_id,
            sale.currency,
            sale.cost_cents,
            listing.inventory_id as listed_id
        from transactions.orders as sale
        left join platforms.listings as listing on sale.listing_id = listing.id
        where
            sale.inventory_id is null
            and sale.removed_at is null
            and sale.status <> 'cancelled'
    ),

    pairs as (
        select
            waiting.product_id,
            waiting.id as order_id,
            waiting.sold_at,
            piece.id as inventory_id,
            count(*) over (partition by waiting.id) as pieces,
            count(*) over (partition by piece.id) as orders,
            dense_rank() over (
                partition by
                    waiting.product_id, waiting.variant_id, waiting.owner_id,
                    waiting.currency, waiting.cost_cents
                order by waiting.sold_at asc, waiting.id asc
            ) as order_rank,
            dense_rank() over (
                partition by
                    waiting.product_id, waiting.variant_id, waiting.owner_id,
                    waiting.currency, waiting.cost_cents
                order by piece.purchased_at asc nulls first, piece.id asc
            ) as piece_rank
        from waiting
        inner join products.inventory as piece
            on
                waiting.product_id = piece.product_id
                and waiting.variant_id = piece.variant_id
                and waiting.owner_id is not distinct from piece.owner_id
        where
            waiting.listed_id is null
            and coalesce(piece.purchased_at <= waiting.sold_at, true)
            and (
                waiting.cost_cents is null
                or piece.purchase_net_cents is null
                or (
                    waiting.currency = piece.currency
                    and waiting.cost_cents in (
                        piece.purchase_net_cents, piece.purchase_total_cents
                    )
                )
            )
            and not exists (
                select from transactions.orders as other
                where
                    other.inventory_id = piece.id
                    and other.removed_at is null
                    and other.status not in ('cancelled', 'returned')
            )
            and not exists (select from waiting as other where other.listed_id = piece.id)
    ),

    found as (
        select
            pairs.product_id,
            pairs.order_id,
            pairs.sold_at,
            pairs.inventory_id,
            case
                when pairs.pieces = 1 and pairs.orders = 1 then 'only one'
                else 'first in, first out'
            end as rule,
            row_number() over (
                partition by pairs.inventory_id
                order by pairs.sold_at asc, pairs.order_id asc
            ) as turn
        from pairs
        where
            (pairs.pieces = 1 and pairs.orders = 1)
            or (p_first_in_first_out and pairs.order_rank = pairs.piece_rank)
    )

    select
        waiting.product_id,
        waiting.id,
        waiting.sold_at,
        waiting.listed_id,
        'listing'
    from waiting
    where waiting.listed_id is not null
    union all
    select
        found.product_id,
        found.order_id,
        found.sold_at,
        found.inventory_id,
        found.rule
    from found
    where found.turn = 1;
$function$;

comment on function transactions.match_inventory(boolean) is
'Return, for orders without a piece of stock, the piece that was sold, and the rule that
says so: listing, only one, or first in, first out. p_first_in_first_out: true to pair
pieces that are alike in the order in which they came with sales in theirs, as books do;
false leaves such orders out.';
