"""Stock, listings and orders of SoleFlip: amounts, what was sold, and what the application does."""

import pytest

pytestmark = pytest.mark.slow


def test_no_amount_is_changed(whole):
    unequal = whole.rows(
        """
        select legacy.id
        from transactions.orders as legacy
        left join transactions_v2.orders as ours using (id)
        where
            (
                ours.sale_price_cents::numeric, ours.seller_fee_cents, ours.net_proceeds_cents,
                ours.cost_cents, ours.currency, ours.sold_at, ours.created_at
            ) is distinct from (
                legacy.sale_price * 100, legacy.seller_fee * 100, legacy.net_proceeds * 100,
                legacy.original_buy_price * 100, 'EUR', legacy.sold_at, legacy.created_at
            )
        union all
        select legacy.id
        from products.inventory as legacy
        left join products_v2.inventory as ours using (id)
        where
            (ours.purchase_net_cents::numeric, ours.purchased_at, ours.bought_from)
            is distinct from (
                legacy.purchase_price * 100, legacy.purchase_date, legacy.supplier
            )
        union all
        select legacy.id
        from platforms.stockx_listings as legacy
        left join platforms_v2.listings as ours using (id)
        where
            (ours.price_cents::numeric, ours.external_listing_id, ours.status)
            is distinct from (
                legacy.ask_price * 100, legacy.stockx_listing_id, legacy.status
            )
        """
    )
    assert unequal == []


def test_the_piece_that_an_order_sold_is_found(whole):
    """The demo names a listing after its piece; that it was bought before the sale is checked."""
    with whole.db.transaction(force_rollback=True):
        written = whole.value("select transactions_v2.backfill_inventory()")
        found = whole.rows(
            """
            select
                ours.inventory_id,
                piece.id as sold,
                piece.purchase_date <= legacy.sold_at as is_possible
            from transactions.orders as legacy
            inner join transactions_v2.orders as ours using (id)
            inner join products.inventory as piece
                on legacy.listing_id = md5('listing ' || piece.id)::uuid
            """
        )
        assert whole.value("select transactions_v2.backfill_inventory()") == 0
        possible = [row for row in found if row["is_possible"]]
        assert written == len(possible) > 10
        assert all(row["inventory_id"] == row["sold"] for row in possible)
        assert all(row["inventory_id"] is None for row in found if not row["is_possible"])


def test_what_the_application_does_arrives(moved):
    """Corrections, a sale at another time, a deletion; the piece that was sold is found again."""
    moved.db.execute("select transactions_v2.backfill_inventory()")
    linked = """
        select count(*) from transactions_v2.orders
        where inventory_id is not null and removed_at is null
    """
    before = moved.value(linked)
    assert before > 5
    moved.db.execute("update transactions.orders set net_proceeds = 1, updated_at = now()")
    assert moved.value(linked) == before
    moved.db.execute(
        "update products.inventory set detailed_status = 'packed', updated_at = now()"
        " where detailed_status = 'available'"
    )
    moved.db.execute("update platforms.stockx_listings set ask_price = 99.99 where is_active")
    moved.db.execute("update transactions.orders set sold_at = sold_at + interval '1 hour'")
    moved.db.execute("select transactions_v2.backfill_inventory()")
    assert moved.value(linked) == before
    moved.db.execute(
        "delete from transactions.orders where id = (select min(id::text)::uuid"
        " from transactions.orders)"
    )
    for name in ("soleflip_inventory", "soleflip_listings", "soleflip_orders"):
        assert moved.compare(name)[3:] == (0, 0, 0, 0), moved.mismatches(name)
    assert moved.value("select count(*) from products_v2.inventory where status = 'packed'") > 100
    prices = "select distinct price_cents from platforms_v2.listings where status = 'active'"
    assert moved.rows(prices) == [{"price_cents": 9999}]
    present = "select count(*) from transactions_v2.orders where removed_at is null"
    assert moved.value(present) == moved.value("select count(*) from transactions.orders")
