"""StockX market data: whole pounds as text, null for none."""

import pytest

AT = "2025-12-09T12:00:00Z"


def market(variant_id="v", **more):
    """Return the market data of a variant as API v2 answers it."""
    return {
        "productId": "p",
        "variantId": variant_id,
        "currencyCode": "GBP",
        "highestBidAmount": "27",
        "lowestAskAmount": "132",
        "flexLowestAskAmount": None,
        "earnMoreAmount": "100",
        "sellFasterAmount": "59",
        "standardMarketData": {"lowestAsk": "132", "highestBidAmount": "27"},
        "flexMarketData": {"lowestAsk": None, "highestBidAmount": "27"},
        "directMarketData": {"lowestAsk": "140", "highestBidAmount": "27"},
    } | more


@pytest.fixture(autouse=True)
def _known(ingest):
    ingest("stockx", "catalog_search", {"productId": "p", "title": "Dunk"})
    variants = [
        {"productId": "p", "variantId": name, "variantValue": label}
        for name, label in (("v", "9"), ("w", "10"))
    ]
    ingest("stockx", "variants", variants)


@pytest.fixture
def prices(db):
    """Return a function that returns {(price type, channel): price} of the size 9."""

    def read():
        return {
            (row[0], row[1]): row[2]
            for row in db.execute(
                """
                select price.price_type, price.channel, price.price_cents
                from integration.price_sources as price
                inner join integration.product_links as link
                    on price.product_id = link.product_id and price.variant_id = link.variant_id
                where link.provider_variant_id = 'v'
                """
            )
        }

    return read


EXPECTED = {
    ("ask", "standard"): 13200,
    ("bid", "standard"): 2700,
    ("sell_faster", "standard"): 5900,
    ("earn_more", "standard"): 10000,
    ("ask", "flex"): None,
    ("ask", "direct"): 14000,
}


def test_prices_are_read_and_repeating_it_changes_nothing(ingest, prices, rows):
    assert ingest("stockx", "market_data", market()) == (6, 0, 0)
    assert prices() == EXPECTED
    before = rows("select ctid, * from integration.price_sources")
    assert ingest("stockx", "market_data", market()) == (0, 6, 0)
    assert rows("select ctid, * from integration.price_sources") == before


def test_the_rest_of_each_row_is_what_the_call_says(ingest, rows):
    ingest("stockx", "market_data", market(), at=AT)
    assert rows(
        "select distinct source, condition, region, currency, origin, stock_quantity,"
        " observed_at = %s as is_then from integration.price_sources",
        AT,
    ) == [
        {
            "source": "stockx",
            "condition": "new",
            "region": "global",
            "currency": "GBP",
            "origin": "ingest",
            "stock_quantity": None,
            "is_then": True,
        }
    ]


def test_variants_come_one_by_one_or_as_an_array(ingest, prices):
    assert ingest("stockx", "market_data", [market(), market("w")]) == (12, 0, 0)
    assert ingest("stockx", "market_data", market()) == (0, 6, 0)
    assert ingest("stockx", "market_data", []) == (0, 0, 0)
    assert prices() == EXPECTED


def test_only_what_changed_is_news(ingest, prices):
    ingest("stockx", "market_data", [market(), market("w")], at="2025-12-09T12:00:00Z")
    later = [market(lowestAskAmount="130", highestBidAmount=None), market("w")]
    assert ingest("stockx", "market_data", later, at="2025-12-09T13:00:00Z") == (2, 10, 0)
    assert prices() == EXPECTED | {("ask", "standard"): 13000, ("bid", "standard"): None}


def test_an_amount_that_is_not_sent_says_nothing(ingest, prices):
    ingest("stockx", "market_data", market(), at="2025-12-09T12:00:00Z")
    less = market()
    del less["highestBidAmount"], less["directMarketData"]
    assert ingest("stockx", "market_data", less, at="2025-12-09T13:00:00Z") == (0, 4, 0)
    assert prices() == EXPECTED


def test_context_names_region_and_currency(ingest, rows):
    nameless = market()
    del nameless["currencyCode"]
    context = {"region": "UK", "currency": "EUR"}
    assert ingest("stockx", "market_data", nameless, context=context) == (6, 0, 0)
    assert ingest("stockx", "market_data", market("w"), context=context) == (6, 0, 0)
    query = "select distinct region, currency from integration.price_sources order by 2"
    assert rows(query) == [
        {"region": "UK", "currency": "EUR"},
        {"region": "UK", "currency": "GBP"},
    ]


@pytest.mark.parametrize(
    "amount", ["0", "-5", 0, -5, "inf", "NaN", "abc", "", "1e3", 10**14, [132], {"a": 1}, True]
)
def test_an_amount_that_is_no_price_is_rejected_alone(ingest, prices, amount):
    assert ingest("stockx", "market_data", market(lowestAskAmount=amount)) == (5, 0, 1)
    assert ingest.rejected() == [("$.lowestAskAmount", "it is not a price", amount)]
    assert ("ask", "standard") not in prices()


def test_numbers_and_fractions_are_read(ingest, prices):
    odd = market(lowestAskAmount=132, highestBidAmount=27.5, sellFasterAmount="59.999")
    assert ingest("stockx", "market_data", odd) == (6, 0, 0)
    assert prices() == EXPECTED | {
        ("bid", "standard"): 2750,
        ("sell_faster", "standard"): 6000,
    }


def test_nested_amounts_are_rejected_by_their_path(ingest):
    odd = [market(), market("w", directMarketData={"lowestAsk": "x"})]
    assert ingest("stockx", "market_data", odd) == (11, 0, 1)
    assert ingest.rejected() == [
        ("$[1].directMarketData.lowestAsk", "it is not a price", "x"),
    ]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"variantId": "stranger"}, "its variant is not known"),
        ({"variantId": None}, "its variant is not known"),
        ({"variantId": ""}, "its variant is not known"),
        ({"productId": 7}, "its variant is not known"),
        ({"currencyCode": "pounds"}, "its currency cannot be read"),
        ({"currencyCode": None}, "its currency cannot be read"),
        ({"currencyCode": {"code": "GBP"}}, "its currency cannot be read"),
    ],
    ids=str,
)
def test_a_variant_that_cannot_be_used_is_rejected_once(ingest, prices, wrong, reason):
    bad = market() | wrong
    assert ingest("stockx", "market_data", [market("w"), bad]) == (6, 0, 1)
    assert ingest.rejected() == [("$[1]", reason, bad)]
    assert prices() == {}


@pytest.mark.parametrize(
    "answer",
    [
        {"statusCode": 500, "errorMessage": "Internal server error"},
        {"productId": "p", "variantId": "v", "currencyCode": "GBP"},
        "",
        7,
        None,
        [[]],
    ],
    ids=str,
)
def test_an_answer_without_prices_is_rejected(ingest, prices, answer):
    assert ingest("stockx", "market_data", answer) == (0, 0, 1)
    assert prices() == {}
