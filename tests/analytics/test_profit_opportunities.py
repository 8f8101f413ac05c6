"""analytics.profit_opportunities: bought at a shop, sold to a bid, in one currency."""

import pytest


@pytest.fixture
def opportunities(market):
    """Return a function that refreshes the view and returns its rows without the product."""

    def read():
        market.execute("refresh materialized view analytics.profit_opportunities")
        return market.execute(
            """
            select
                eu_size::float, buy_from, sell_to, currency, buy_cents, sell_cents, profit_cents
            from analytics.profit_opportunities
            order by eu_size, sell_to
            """
        ).fetchall()

    return read


def record(db, cents, currency="EUR", condition="new", label="8.5"):
    """Let somebody bid for a US size."""
    db.execute(
        """
        select integration.record_price(
            variant.product_id, variant.id, 'goat', 'bid', %s, %s, p_condition => %s
        )
        from products.variants as variant
        inner join products.sizes as size on variant.size_id = size.id
        where size.region = 'US' and size.label = %s
        """,
        [cents, currency, condition, label],
    )


def test_a_shop_s_eu_size_meets_a_market_s_us_size(opportunities):
    # EU 42 brings less than it costs, 43 is out of stock, 43 1/3 is on no chart.
    assert opportunities() == [(42.5, "awin", "stockx", "EUR", 10000, 12000, 2000)]


def test_currencies_are_never_subtracted(market, opportunities):
    """Alias bids 500 dollars, far more than anybody, but the shop wants euros."""
    record(market, 99000, "GBP")
    assert [row[2:4] for row in opportunities()] == [("stockx", "EUR")]


def test_every_bid_above_the_price_is_an_opportunity(market, opportunities):
    record(market, 10001, label="9")
    record(market, 10000)
    assert [(row[0], row[2], row[6]) for row in opportunities()] == [
        (42.5, "goat", 1),
        (42.5, "stockx", 2000),
    ]


def test_bids_for_worn_shoes_do_not_count(market, opportunities):
    record(market, 99000, condition="used")
    assert len(opportunities()) == 1


def test_products_are_not_mixed_up(market, opportunities):
    market.execute(
        """
        with other as (
            insert into products.products (name, slug) values ('Other', 'other') returning id
        ),
        variant as (
            insert into products.variants (product_id, size_id)
            select other.id, size.id from other, products.sizes as size
            where size.region = 'US' and size.label = '8.5'
            returning product_id, id
        )
        select count(*) from variant
        """
    )
    market.execute(
        """
        select integration.record_price(
            variant.product_id, variant.id, 'stockx', 'bid', 99000, 'EUR'
        )
        from products.variants as variant
        inner join products.products as product on variant.product_id = product.id
        where product.name = 'Other'
        """
    )
    assert [row[0] for row in opportunities()] == [42.5]
