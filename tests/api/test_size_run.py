"""api.size_run: the sizes of a product with the best prices of each source."""

import uuid

import pytest


@pytest.fixture
def record(db, shoe):
    """Return a function that records a price of a US size."""

    def call(cents, price_type="ask", label="9", source="stockx", currency="GBP", **more):
        named = "".join(f", p_{name} => %s" for name in more)
        db.execute(
            f"""
            select integration.record_price(
                variant.product_id, variant.id, %s, %s, %s, %s, '2025-12-09T12:00:00Z'{named}
            )
            from products.variants as variant
            inner join products.sizes as size on variant.size_id = size.id
            where variant.product_id = %s and size.label = %s
            """,
            [source, price_type, cents, currency, *more.values(), shoe[0], label],
        )

    return call


def test_sizes_come_smallest_first_and_unknown_ones_last(ask, shoe):
    assert ask("api.size_run", shoe[0]) == [
        {"region": "US", "gender": "men", "label": "9", "eu_size": 42.5, "prices": []},
        {"region": "US", "gender": "men", "label": "10", "eu_size": 44.0, "prices": []},
        {"region": "other", "gender": "men", "label": "ONE SIZE", "eu_size": None, "prices": []},
    ]


def test_each_source_and_currency_shows_its_best_new_prices(ask, shoe, record):
    record(13200)
    record(13000, channel="flex")
    record(12900, condition="used")
    record(None, channel="direct")
    record(9000, "bid")
    record(9100, "bid", region="UK")
    record(8000, "last_sale")
    record(15000, currency="EUR")
    record(12000, "retail", source="awin", currency="EUR")
    record(14000, label="10")
    nine, ten, _ = ask("api.size_run", shoe[0])
    seen = {"observed_at": "2025-12-09T12:00:00+00:00"}
    empty = {"lowest_ask_cents": None, "highest_bid_cents": None, "retail_cents": None} | seen
    assert [price | seen for price in nine["prices"]] == [
        empty | {"source": "awin", "currency": "EUR", "retail_cents": 12000},
        empty | {"source": "stockx", "currency": "EUR", "lowest_ask_cents": 15000},
        empty
        | {
            "source": "stockx",
            "currency": "GBP",
            "lowest_ask_cents": 13000,
            "highest_bid_cents": 9100,
        },
    ]
    assert [price["lowest_ask_cents"] for price in ten["prices"]] == [14000]


def test_the_time_is_that_of_the_newest_price(db, ask, shoe, record):
    db.execute("set local timezone = 'UTC'")
    record(13200)
    [price] = ask("api.size_run", shoe[0])[0]["prices"]
    assert price["observed_at"] == "2025-12-09T12:00:00+00:00"


def test_a_price_of_the_whole_product_is_of_no_size(db, ask, shoe):
    query = "select integration.record_price(%s, null, 'stockx', 'ask', 100, 'GBP')"
    db.execute(query, [shoe[0]])
    assert [size["prices"] for size in ask("api.size_run", shoe[0])] == [[], [], []]


def test_an_unknown_product_has_no_sizes(ask):
    assert ask("api.size_run", uuid.uuid4()) == []
    assert ask("api.size_run", None) == []
