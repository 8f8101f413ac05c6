"""analytics.latest_prices: the best new-condition prices a source, region and currency."""

import pytest


@pytest.fixture
def latest(market):
    """Return a function that refreshes the view and returns its rows by label and source."""

    def read():
        market.execute("refresh materialized view analytics.latest_prices")
        return {
            tuple(row[:4]): tuple(row[4:])
            for row in market.execute(
                """
                select
                    size.region || ' ' || size.label, latest.source, latest.region,
                    latest.currency, latest.lowest_ask_cents, latest.highest_bid_cents,
                    latest.retail_cents
                from analytics.latest_prices as latest
                left join products.variants as variant
                    on latest.product_id = variant.product_id and latest.variant_id = variant.id
                left join products.sizes as size on variant.size_id = size.id
                """
            )
        }

    return read


def test_the_lowest_ask_of_all_channels_and_the_highest_bid(latest):
    assert latest() == {
        # 135 is the ask of the flex channel.
        ("US 8.5", "stockx", "global", "EUR"): (13500, 9000, None),
        ("US 9", "stockx", "global", "EUR"): (13500, 12000, None),
        ("US 9.5", "stockx", "global", "EUR"): (13500, 13000, None),
        # The worn pair is cheaper by far, and not compared.
        ("US 9", "alias", "global", "USD"): (99900, 50000, None),
        ("EU 42", "awin", "EU", "EUR"): (None, None, 10000),
        ("EU 42.5", "awin", "EU", "EUR"): (None, None, 10000),
        ("EU 43 1/3", "awin", "EU", "EUR"): (None, None, 10000),
    }


def test_currencies_and_whole_products_have_rows_of_their_own(market, latest):
    market.execute(
        """
        select integration.record_price(id, null, 'stockx', 'ask', 7000, 'GBP')
        from products.products
        """
    )
    assert latest()[None, "stockx", "global", "GBP"] == (7000, None, None)
    assert len(latest()) == 8


def test_a_price_that_is_gone_is_gone(market, latest):
    market.execute(
        """
        select integration.record_price(
            product_id, variant_id, source, price_type, null, currency,
            p_region => region, p_channel => channel
        )
        from integration.price_sources where source = 'alias'
        """
    )
    assert {key[1] for key in latest()} == {"stockx", "awin"}
