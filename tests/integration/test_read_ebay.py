"""eBay: sold listings from saved pages, and what the Browse API finds."""

from datetime import UTC, datetime

import pytest

USD = {"currency": "USD"}


@pytest.fixture(autouse=True)
def _known(ingest):
    shoes = [("p", "CP9366"), ("q", "555088-711"), ("a", "AJ4219-400"), ("b", "AJ4219-400")]
    ingest(
        "stockx",
        "catalog_search",
        {
            "products": [
                {"productId": key, "title": f"Shoe {key}", "styleId": code} for key, code in shoes
            ]
        },
    )


def card(**more):
    """Return a row of the result cards."""
    return {
        "item_id": "116665474966",
        "epid": "19039799913",
        "title": "Adidas Yeezy Boost 350 V2 /Cream Size 7.5 CP9366 Preowned",
        "sold_caption": "Sold  Aug 9, 2025",
        "condition_text": "Pre-Owned \u00b7 adidas \u00b7 adidas Yeezy",
        "price_text": "$1,185.50",
        "format_text": "Buy It Now",
        "shipping_text": "+$14.95 delivery",
        "location_text": "Located in Jordan",
    } | more


def line(**more):
    """Return a row of the older table, in lower case."""
    return {
        "title": "size 7.5 - yeezy 350 cp9366",
        "sold_price": "$1,185.50",
        "link": "https://www.ebay.com/itm/116665474966?_skw=air&itmprp=enc%3aaqak",
        "sold_date": "Aug 9, 2025",
        "size": "7.5",
        "condition": "Pre-Owned \u00b7",
    } | more


@pytest.fixture
def sales(rows):
    """Return a function that returns the sales in order."""
    query = """
        select
            product.name, sale.price_cents, sale.currency, sale.sold_at, sale.external_id,
            sale.shipping_cents, sale.details
        from integration.market_sales as sale
        inner join products.products as product on sale.product_id = product.id
        where sale.source = 'ebay' and sale.variant_id is null
        order by sale.external_id
    """
    return lambda: rows(query)


def test_a_sale_is_read_and_repeating_it_changes_nothing(ingest, sales):
    assert ingest("ebay", "sold", [card()], context=USD) == (1, 0, 0)
    assert ingest("ebay", "sold", [card()], context=USD) == (0, 1, 0)
    assert sales() == [
        {
            "name": "Shoe p",
            "price_cents": 118550,
            "currency": "USD",
            "sold_at": datetime(2025, 8, 9, tzinfo=UTC),
            "external_id": "116665474966",
            "shipping_cents": 1495,
            "details": {
                "condition": "used",
                "title": card()["title"],
                "format": "Buy It Now",
                "location": "Located in Jordan",
            },
        }
    ]


def test_both_tables_tell_of_the_same_sale(ingest, sales):
    ingest("ebay", "sold", [line()], context=USD)
    assert ingest("ebay", "sold", [card()], context=USD) == (0, 1, 0)
    [sale] = sales()
    assert (sale["external_id"], sale["details"]["size"]) == ("116665474966", "7.5")


def test_two_listings_sold_for_the_same_on_a_day_stay_two_in_any_order(ingest, sales):
    one, other = card(), card(item_id="277309179961")
    ingest("ebay", "sold", [one], context=USD)
    assert ingest("ebay", "sold", [other], context=USD) == (1, 0, 0)
    assert ingest("ebay", "sold", [other, one], context=USD) == (0, 2, 0)
    assert [sale["external_id"] for sale in sales()] == ["116665474966", "277309179961"]


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("Free delivery", 0),
        ("+$7 delivery", 700),
        ("", None),
        ("+?", None),
        ("+\u00a37 delivery", None),
    ],
)
def test_shipping_is_in_the_currency_of_the_price(ingest, sales, text, cents):
    ingest("ebay", "sold", [card(shipping_text=text)], context=USD)
    assert sales()[0]["shipping_cents"] == cents


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("yeezy cp9366", "Shoe p"),
        ("Jordan 555088-711 10", "Shoe q"),
        ("Jordan 555088 711", "Shoe q"),
        ("Jordan 555088.711", "Shoe q"),
        ("(555088-711)", "Shoe q"),
    ],
)
def test_the_style_code_in_a_title_is_found(ingest, sales, title, name):
    assert ingest("ebay", "sold", [card(title=title)], context=USD) == (1, 0, 0)
    assert [sale["name"] for sale in sales()] == [name]


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Yeezy 350", "it names no product of ours"),
        ("CP93667", "it names no product of ours"),
        ("555088-7110", "it names no product of ours"),
        ("555088", "it names no product of ours"),
        ("", "it names no product of ours"),
        (None, "it names no product of ours"),
        ("Max AJ4219-400", "it names several products of ours"),
        ("CP9366 or 555088-711", "it names several products of ours"),
    ],
)
def test_a_product_is_never_guessed(ingest, sales, title, reason):
    bad = card(title=title)
    assert ingest("ebay", "sold", [bad], context=USD) == (0, 0, 1)
    assert ingest.rejected() == [("$[0]", reason, bad)]
    assert sales() == []


def test_a_link_counts_for_more_than_a_title(db, ingest, sales):
    db.execute(
        """
        insert into integration.product_links (
            provider, provider_product_id, product_id, match_method, observed_at, origin
        )
        select 'ebay', '19039799913', product_id, 'new', now(), 'test'
        from integration.product_links where provider_product_id = 'a'
        """
    )
    ingest("ebay", "sold", [card()], context=USD)
    assert [sale["name"] for sale in sales()] == ["Shoe a"]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"item_id": None}, "its item cannot be read"),
        ({"condition_text": "Parts only"}, "its condition is not known"),
        ({"condition_text": None}, "its condition is not known"),
        ({"sold_caption": "Sold  Feb 30, 2025"}, "its day of sale cannot be read"),
        ({"sold_caption": "Sold  Avg 9, 2025"}, "its day of sale cannot be read"),
        ({"sold_caption": None}, "its day of sale cannot be read"),
        ({"format_text": "Best offer accepted"}, "its price is not what was paid"),
        ({"price_text": "$10.00 to $20.00"}, "its price cannot be read"),
        ({"price_text": "$0.00"}, "its price cannot be read"),
        ({"price_text": "-$5.00"}, "its price cannot be read"),
        ({"price_text": "inf"}, "its price cannot be read"),
        ({"price_text": "$1,00"}, "its price cannot be read"),
        ({"price_text": None}, "its price cannot be read"),
    ],
    ids=str,
)
def test_the_good_half_of_a_table_goes_in(ingest, sales, wrong, reason):
    bad = card(**wrong)
    good = card(item_id="1", price_text="$1")
    assert ingest("ebay", "sold", [bad, good], context=USD) == (1, 0, 1)
    assert ingest.rejected() == [("$[0]", reason, bad)]
    assert [sale["price_cents"] for sale in sales()] == [100]


@pytest.mark.parametrize(
    ("text", "asked", "cents", "currency"),
    [
        ("$1,097", "USD", 109700, "USD"),
        ("$1,097", "AUD", 109700, "AUD"),
        ("$1,097", None, 109700, None),
        ("C $12.5", "USD", 1250, "CAD"),
        ("AU $12.50", "USD", 1250, "AUD"),
        ("US $12.50", None, 1250, "USD"),
        ("\u00a31,234,567.89", "USD", 123456789, "GBP"),
        ("\u20ac7", None, 700, "EUR"),
        ("CHF 7", None, 700, "CHF"),
        ("EUR130.00", None, 13000, "EUR"),
        ("130", None, 13000, None),
        ("217.7085", "USD", 21771, "USD"),
        ("12,34", "USD", None, None),
        ("$", "USD", None, None),
        ("", "USD", None, None),
        (None, "USD", None, None),
        ("inf", "USD", None, None),
        ("1e3", "USD", None, None),
        ("9999999999", "USD", None, None),
    ],
)
def test_a_price_is_read_with_its_currency(db, text, asked, cents, currency):
    assert db.execute(
        "select price_cents, currency from integration.parse_price(%s, %s)", [text, asked]
    ).fetchone() == (cents, currency)


def test_without_a_currency_there_is_no_sale(ingest):
    assert ingest("ebay", "sold", [card()]) == (0, 0, 1)
    assert ingest.rejected()[0][1] == "its currency is not known"


def summary(value="189.99", **more):
    """Return an item of the Browse API."""
    return {
        "itemId": "v1|334691749565|543843548440",
        "title": "Yeezy CP9366",
        "price": {"value": value, "currency": "USD"},
        "condition": "New",
        "buyingOptions": ["FIXED_PRICE", "BEST_OFFER"],
    } | more


def found(*items):
    """Return an answer with items."""
    return {"href": "...", "total": 7206380, "itemSummaries": list(items)}


@pytest.fixture
def asks(rows):
    """Return a function that returns (condition, currency, cents)."""
    query = """
        select condition, currency, price_cents from integration.price_sources
        where source = 'ebay' and price_type = 'ask' and variant_id is null order by 1, 2
    """
    return lambda: [tuple(row.values()) for row in rows(query)]


def test_the_cheapest_of_many_listings_is_the_ask(ingest, asks):
    answer = found(summary("190"), summary("120.50"), summary("300"), summary(condition="Used"))
    assert ingest("ebay", "browse", answer) == (2, 2, 0)
    assert ingest("ebay", "browse", answer) == (0, 4, 0)
    assert asks() == [("new", "USD", 12050), ("used", "USD", 18999)]


def test_of_a_converted_price_the_sellers_own_counts(ingest, asks):
    converted = {
        "value": "0.75",
        "currency": "USD",
        "convertedFromValue": "0.99",
        "convertedFromCurrency": "CAD",
    }
    assert ingest("ebay", "browse", found(summary(price=converted))) == (1, 0, 0)
    assert asks() == [("new", "CAD", 99)]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"itemId": None}, "its itemId cannot be read"),
        ({"title": "iPhone 14"}, "it names no product of ours"),
        ({"condition": None}, "its condition is not known"),
        ({"condition": "Certified - Refurbished"}, "its condition is not known"),
        ({"buyingOptions": ["AUCTION"]}, "it has no fixed price"),
        ({"buyingOptions": None}, "it has no fixed price"),
        ({"price": None}, "its price cannot be read"),
        ({"price": {"value": "0.00", "currency": "USD"}}, "its price cannot be read"),
        ({"price": {"value": "inf", "currency": "USD"}}, "its price cannot be read"),
        ({"price": {"value": "1"}}, "its currency cannot be read"),
        (
            {"price": {"value": "1", "currency": "USD", "convertedFromValue": "2"}},
            "its currency cannot be read",
        ),
    ],
    ids=str,
)
def test_the_good_half_of_an_answer_goes_in(ingest, asks, wrong, reason):
    bad = summary(**wrong)
    assert ingest("ebay", "browse", found(bad, summary("1"))) == (1, 0, 1)
    assert ingest.rejected() == [("$.itemSummaries[0]", reason, bad)]
    assert asks() == [("new", "USD", 100)]


@pytest.mark.parametrize("payload", [{"errors": []}, {}, "x", 7, None, [[]]], ids=str)
@pytest.mark.parametrize("kind", ["sold", "browse"])
def test_an_answer_of_another_shape_is_rejected(ingest, kind, payload):
    assert ingest("ebay", kind, payload, context=USD) == (0, 0, 1)
