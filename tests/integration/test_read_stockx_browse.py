"""The older API of StockX: products with a market, some in one size, and a table of them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

SEEN = 1594250485
MOMENT = datetime.fromtimestamp(SEEN, UTC)
EUR = {"currency": "EUR"}


def market(**more):
    """Return the market of a product."""
    return {
        "productUuid": "p",
        "skuUuid": None,
        "lowestAsk": 236,
        "lowestAskSize": "5.5W",
        "highestBid": 377,
        "numberOfAsks": 1855,
        "numberOfBids": 1507,
        "annualHigh": 580,
        "annualLow": 215,
        "volatility": 0.153475,
        "pricePremium": 0.553,
        "deadstockSold": 6387,
        "averageDeadstockPrice": 287,
        "lastSale": 264,
        "salesLast72Hours": 968,
        "updatedAt": SEEN,
        "lastSaleDate": "2020-07-08T22:56:38+00:00",
    } | more


def product(**more):
    """Return a product as the browse page answers it."""
    return {
        "id": "p",
        "brand": "Jordan",
        "colorway": "White/Black",
        "gender": "women",
        "productCategory": "sneakers",
        "releaseDate": "2020-06-26 23:59:59",
        "retailPrice": 170,
        "styleId": "CD0461-100",
        "title": "Jordan 1 Retro High Tie Dye (W)",
        "shoeSize": None,
        "market": market(),
    } | more


def page(*products):
    """Return a page of them."""
    return {"Pagination": {}, "Facets": {"0.083333": 1}, "Products": list(products)}


def in_size(label="9W", key="v", **more):
    """Return the product in one size."""
    return product(shoeSize=label, market=market(skuUuid=key, **more))


@pytest.fixture
def prices(rows):
    """Return a function that returns {(size, price type): cents}."""
    query = """
        select link.size_label, price.price_type, price.price_cents
        from integration.price_sources as price
        left join integration.product_links as link
            on
                price.product_id = link.product_id and price.variant_id = link.variant_id
                and link.provider_variant_id <> ''
        where price.source = 'stockx'
    """
    return lambda: {
        (row["size_label"], row["price_type"]): row["price_cents"] for row in rows(query)
    }


EXPECTED = {
    (None, "ask"): 23600,
    (None, "bid"): 37700,
    (None, "last_sale"): 26400,
    (None, "average"): 28700,
}


def test_a_page_is_read_and_repeating_it_changes_nothing(ingest, prices, rows):
    assert ingest("stockx", "browse", page(product()), context=EUR) == (5, 0, 0)
    kept = "select ctid, * from integration.market_snapshots"
    before = rows(kept)
    assert ingest("stockx", "browse", page(product()), context=EUR) == (0, 5, 0)
    assert rows(kept) == before
    assert prices() == EXPECTED
    assert rows(
        "select style_code, gender, release_date::text as day, retail_price_cents as retail,"
        " retail_currency as currency from products.products"
    ) == [
        {
            "style_code": "CD0461-100",
            "gender": "women",
            "day": "2020-06-26",
            "retail": 17000,
            "currency": "USD",
        }
    ]


def test_the_moment_is_the_one_that_the_answer_says(ingest, rows):
    ingest("stockx", "browse", page(product()), context=EUR)
    assert rows(
        "select distinct observed_at, currency, region, channel, condition"
        " from integration.price_sources"
    ) == [
        {
            "observed_at": MOMENT,
            "currency": "EUR",
            "region": "global",
            "channel": "standard",
            "condition": "new",
        }
    ]


def test_the_whole_market_is_kept(ingest, rows):
    ingest("stockx", "browse", page(product()), context=EUR)
    [row] = rows("select *, spread_cents as spread from integration.market_snapshots")
    said = {
        "snapshot_at": MOMENT,
        "provider": "stockx",
        "provider_source": "browse",
        "provider_product_id": "p",
        "style_code": "CD0461-100",
        "currency": "EUR",
        "lowest_ask_cents": 23600,
        "highest_bid_cents": 37700,
        "last_sale_cents": 26400,
        "last_sale_at": datetime(2020, 7, 8, 22, 56, 38, tzinfo=UTC),
        "average_price_cents": 28700,
        "minimum_price_cents": 21500,
        "maximum_price_cents": 58000,
        "ask_count": 1855,
        "bid_count": 1507,
        "sales_count_72_hours": 968,
        "sales_count_total": 6387,
        "volatility": Decimal("0.1535"),
        "price_premium": Decimal("0.5530"),
        "details": {"lowestAskSize": "5.5W"},
        "spread": -14100,
        "variant_id": None,
    }
    assert {key: row[key] for key in said} == said


def test_a_market_that_did_not_change_is_not_written_again(ingest, rows):
    later = market(updatedAt=SEEN + 3600)
    ingest("stockx", "browse", page(product()), context=EUR)
    ingest("stockx", "browse", page(product(market=later)), context=EUR)
    count = "select count(*)::int as number from integration.market_snapshots"
    assert rows(count) == [{"number": 1}]
    later["numberOfAsks"] = 1
    ingest("stockx", "browse", page(product(market=later)), context=EUR)
    assert rows(count) == [{"number": 2}]


def test_a_product_in_one_size_is_a_variant(ingest, prices):
    answer = page(in_size(), product(), in_size("10W", "w", lowestAsk=250))
    # A product, two sizes, four prices each.
    assert ingest("stockx", "browse", answer, context=EUR) == (15, 0, 0)
    assert prices()["9W", "ask"] == 23600
    assert prices()["10W", "ask"] == 25000
    assert prices()[None, "ask"] == 23600


def test_the_children_of_a_product_page_are_its_sizes(ingest, prices):
    child = in_size("9W", "v", lowestAsk=130)
    whole = {"Product": product(children={"v": child | {"id": "v", "parentUuid": "p"}})}
    assert ingest("stockx", "browse", whole, context=EUR) == (10, 0, 0)
    assert prices()["9W", "ask"] == 13000


def test_a_recording_with_none_for_null_is_read(ingest, rows):
    odd = product(styleId="None", colorway="None", shoeSize="None", market=market(skuUuid="None"))
    assert ingest("stockx", "browse", {"Product": odd}, context=EUR) == (5, 0, 0)
    assert rows("select style_code, colorway from products.products") == [
        {"style_code": None, "colorway": None}
    ]


def test_two_products_of_one_style_code_stay_two(ingest, rows):
    other = product(id="q", title="Extra Lace Set Only", market=market(productUuid="q"))
    ingest("stockx", "browse", page(product(), other), context=EUR)
    assert rows("select count(*)::int as number from products.products") == [{"number": 2}]


@pytest.mark.parametrize("nothing", [0, "0", None, "None"])
def test_no_asks_have_no_price(ingest, prices, nothing):
    answer = page(product(market=market(lowestAsk=nothing)))
    assert ingest("stockx", "browse", answer, context=EUR) == (5, 0, 0)
    assert prices() == EXPECTED | {(None, "ask"): None}


@pytest.mark.parametrize("amount", [-5, "inf", "NaN", "abc", 10**14, [132], True])
def test_an_amount_that_is_no_price_is_rejected_alone(ingest, prices, amount):
    answer = page(product(market=market(lowestAsk=amount)))
    assert ingest("stockx", "browse", answer, context=EUR) == (4, 0, 1)
    assert ingest.rejected() == [("$.Products[0].market.lowestAsk", "it is not a price", amount)]
    assert (None, "ask") not in prices()


@pytest.mark.parametrize(
    ("field", "said", "column"),
    [
        ("volatility", "inf", "volatility"),
        ("volatility", -1, "volatility"),
        ("pricePremium", "inf", "price_premium"),
        ("pricePremium", -1.5, "price_premium"),
        ("numberOfAsks", 10**12, "ask_count"),
        ("numberOfBids", -1, "bid_count"),
        ("annualLow", 0, "minimum_price_cents"),
        ("annualLow", 10**6, "minimum_price_cents"),
        ("lastSaleDate", "yesterday", "last_sale_at"),
    ],
)
def test_what_a_market_can_do_without_is_left_out(ingest, rows, field, said, column):
    answer = page(product(market=market(**{field: said})))
    assert ingest("stockx", "browse", answer, context=EUR) == (5, 0, 0)
    assert rows(f"select {column} as said from integration.market_snapshots") == [{"said": None}]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (product(id=None, market=None), "its id cannot be read"),
        (product(title=""), "its title cannot be read"),
        (product(market=None), "it has no market"),
        (product(market=[]), "it has no market"),
        (product(market={"productUuid": "p"}), "it has no lowestAsk"),
        (product(market=market(updatedAt=1594250485000)), "its updatedAt is not in seconds"),
        (product(market=market(updatedAt="now")), "its updatedAt is not in seconds"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_used_is_rejected_once(ingest, prices, bad, reason):
    good = product(id="g", title="Good", styleId="G-1", market=market(productUuid="g"))
    *_, rejected = ingest("stockx", "browse", page(bad, good), context=EUR)
    assert rejected == 1
    assert ingest.rejected() == [("$.Products[0]", reason, bad)]
    assert prices() == EXPECTED


def test_without_a_currency_there_are_no_prices(ingest, prices):
    assert ingest("stockx", "browse", page(product())) == (1, 0, 1)
    assert ingest.rejected()[0][1] == "its currency is not known"
    assert prices() == {}


def row(item="Jordan 4 Retro SB Pine Green", number="0", **more):
    """Return a row of the table."""
    return {
        "": number,
        "item": item,
        "brand": "Jordan",
        "retail": "225",
        "release": "2023-03-21",
        "lowestAsk": "325",
        "numberOfAsks": "1995",
        "highestBid": "480",
        "annualHigh": "952",
        "annualLow": "280",
        "volatility": "0.061347",
        "pricePremium": "0.542",
        "averageDeadstockPrice": "388",
        "lastSale": "347",
    } | more


USD = {"currency": "USD"}


def test_a_table_is_read_and_repeating_it_changes_nothing(ingest, rows):
    assert ingest("stockx", "table", [row()], context=USD) == (5, 0, 0)
    assert ingest("stockx", "table", [row()], context=USD) == (0, 5, 0)
    assert rows("select price_type, price_cents from integration.price_sources order by 1") == [
        {"price_type": "ask", "price_cents": 32500},
        {"price_type": "average", "price_cents": 38800},
        {"price_type": "bid", "price_cents": 48000},
        {"price_type": "last_sale", "price_cents": 34700},
    ]
    assert rows("select ask_count, volatility, currency from integration.market_snapshots") == [
        {"ask_count": 1995, "volatility": Decimal("0.0613"), "currency": "USD"}
    ]


def test_a_row_without_retail_has_no_premium(ingest, rows):
    odd = row(retail="0", pricePremium="inf", release="")
    assert ingest("stockx", "table", [odd], context=USD) == (5, 0, 0)
    assert rows("select price_premium from integration.market_snapshots") == [
        {"price_premium": None}
    ]
    assert rows("select retail_price_cents as cents, release_date from products.products") == [
        {"cents": None, "release_date": None}
    ]


def test_two_moments_of_one_name_are_both_rejected_and_equal_rows_are_one(ingest, rows):
    table = [row(), row(number="1", lowestAsk="300"), row("Other", "2"), row("Other", "3")]
    assert ingest("stockx", "table", table, context=USD) == (6, 4, 2)
    reason = "its item stands in several rows that differ"
    assert ingest.rejected() == [("$[0]", reason, table[0]), ("$[1]", reason, table[1])]
    assert rows("select count(*)::int as number from products.products") == [{"number": 2}]


@pytest.mark.parametrize(
    ("name", "gender"),
    [
        ("Dunk Low Rose (W)", "women"),
        ("Dunk Low Rose (Women's)", "women"),
        ("Dunk Low Rose (GS)", "youth"),
        ("Dunk Low Rose (PS)", "child"),
        ("Dunk Low Rose (TD)", "child"),
        ("Dunk Low Rose", None),
    ],
)
def test_for_whom_a_shoe_is_stands_in_its_name(ingest, rows, name, gender):
    ingest("stockx", "table", [row(name)], context=USD)
    assert rows("select gender from products.products") == [{"gender": gender}]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Dunk Valentine\u00d5s Day", "Dunk Valentine\u2019s Day"),
        ("Let\u2019s Talk", "Let\u2019s Talk"),
        ("\u00d5land", "\u00d5land"),
    ],
)
def test_a_garbled_apostrophe_is_mended_and_nothing_else(ingest, rows, name, title):
    ingest("stockx", "table", [row(name)], context=USD)
    assert rows("select name from products.products") == [{"name": title}]


@pytest.mark.parametrize("payload", [{}, "x", 7, None, [[]], [{"item": ""}]], ids=str)
def test_what_is_no_row_is_rejected(ingest, payload):
    assert ingest("stockx", "table", payload, context=USD) == (0, 0, 1)
    assert ingest.rejected()[0][1] == "its item cannot be read"


def test_a_price_in_a_row_is_pointed_at(ingest):
    assert ingest("stockx", "table", [row(lastSale="-1")], context=USD) == (4, 0, 1)
    assert ingest.rejected() == [("$[0].lastSale", "it is not a price", "-1")]
