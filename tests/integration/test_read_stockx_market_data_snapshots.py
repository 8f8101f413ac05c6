"""StockX market data as whole market states, a row a channel."""

import pytest

BLOCK = {"lowestAsk": None, "highestBidAmount": "27", "sellFaster": None, "earnMore": None}


def market(**more):
    """Return the market data of a variant as API v2 answers it."""
    return {
        "productId": "p",
        "variantId": "v",
        "currencyCode": "GBP",
        "highestBidAmount": "27",
        "lowestAskAmount": "132",
        "flexLowestAskAmount": None,
        "earnMoreAmount": "100",
        "sellFasterAmount": "59",
        "standardMarketData": BLOCK | {"lowestAsk": "132", "beatUS": "120"},
        "flexMarketData": BLOCK | {"beatUS": None},
        "directMarketData": BLOCK | {"lowestAsk": "140", "beatUS": "139"},
    } | more


@pytest.fixture(autouse=True)
def _known(ingest):
    ingest("stockx", "catalog_search", {"productId": "p", "title": "Dunk"})
    ingest("stockx", "variants", {"productId": "p", "variantId": "v", "variantValue": "9"})


@pytest.fixture
def states(rows):
    """Return a function that returns (channel, ask, bid, sell faster, earn more, beat US)."""
    query = """
        select
            channel, lowest_ask_cents, highest_bid_cents, sell_faster_cents, earn_more_cents,
            beat_us_cents
        from integration.market_snapshots order by snapshot_at, channel collate "C"
    """
    return lambda: [tuple(row.values()) for row in rows(query)]


DIRECT = ("direct", 14000, None, None, None, 13900)
STANDARD = ("standard", 13200, 2700, 5900, 10000, 12000)


def test_each_channel_of_which_something_is_said_has_a_state(ingest, states, rows):
    ingest("stockx", "market_data", market())
    assert states() == [DIRECT, STANDARD]
    assert rows(
        "select distinct provider, provider_source, provider_product_id, provider_variant_id,"
        " size_label, size_region, region, condition, currency, origin"
        " from integration.market_snapshots"
    ) == [
        {
            "provider": "stockx",
            "provider_source": "market_data",
            "provider_product_id": "p",
            "provider_variant_id": "v",
            "size_label": "9",
            "size_region": "US",
            "region": "global",
            "condition": "new",
            "currency": "GBP",
            "origin": "ingest",
        }
    ]


def test_states_do_not_count_beside_the_prices_that_say_the_same(ingest):
    assert ingest("stockx", "market_data", market()) == (6, 0, 0)
    assert ingest("stockx", "market_data", market()) == (0, 6, 0)


def test_a_state_that_did_not_change_is_not_written_again(ingest, states):
    for hour in (12, 13, 14):
        ingest("stockx", "market_data", market(), at=f"2025-12-09T{hour}:00:00Z")
    assert states() == [DIRECT, STANDARD]
    ingest("stockx", "market_data", market(lowestAskAmount="130"), at="2025-12-09T15:00:00Z")
    assert states() == [DIRECT, STANDARD, ("standard", 13000, *STANDARD[2:])]


def test_what_is_not_offered_any_more_is_a_state(ingest, states):
    ingest("stockx", "market_data", market(), at="2025-12-09T12:00:00Z")
    gone = market(directMarketData=BLOCK)
    ingest("stockx", "market_data", gone, at="2025-12-09T13:00:00Z")
    assert states() == [DIRECT, STANDARD, ("direct", None, None, None, None, None)]


def test_the_request_names_region_and_currency(ingest, rows):
    nameless = market()
    del nameless["currencyCode"]
    ingest("stockx", "market_data", nameless, context={"region": "UK", "currency": "EUR"})
    assert rows("select distinct region, currency from integration.market_snapshots") == [
        {"region": "UK", "currency": "EUR"}
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"variantId": "stranger"},
        {"currencyCode": "pounds"},
        {"currencyCode": None},
    ],
    ids=str,
)
def test_what_is_rejected_leaves_no_state(ingest, states, wrong):
    assert ingest("stockx", "market_data", market(**wrong)) == (0, 0, 1)
    assert states() == []


@pytest.mark.parametrize("amount", ["0", "-5", "inf", "abc", 10**14, [132]])
def test_an_amount_that_is_no_price_is_none(ingest, states, amount):
    ingest("stockx", "market_data", market(lowestAskAmount=amount))
    assert states() == [DIRECT, ("standard", None, *STANDARD[2:])]
