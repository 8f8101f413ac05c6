"""Awin feed: one row a size; products from read_awin_feed_entries(), prices from _prices()."""

import pytest

PAGE = "https://shop.example/product/weiss-asics-gt-2160/702948/"


def row(number=1, size="42", **more):
    """Return a row of the feed, the columns that are read."""
    return {
        "aw_product_id": f"3895312976{number}",
        "merchant_product_id": f"00375067{number}",
        "merchant_deep_link": PAGE,
        "product_name": "ASICS GT-2160, weiss",
        "description": "Eine Hommage an die Laufdesigns. | 1203A544.101",
        "merchant_category": "Men's Footwear",
        "search_price": "130.00",
        "currency": "EUR",
        "brand_name": "ASICS",
        "colour": "weiss",
        "in_stock": "1",
        "stock_quantity": "8",
        "Fashion:size": size,
    } | more


@pytest.fixture
def prices(db):
    """Return a function that returns {EU label: (cents, stock)}."""
    query = """
        select size.label, price.price_cents, price.stock_quantity
        from integration.price_sources as price
        inner join products.variants as variant
            on price.product_id = variant.product_id and price.variant_id = variant.id
        inner join products.sizes as size on variant.size_id = size.id
        where
            price.source = 'awin' and price.price_type = 'retail' and price.condition = 'new'
            and price.channel = 'standard' and size.region = 'EU'
    """
    return lambda: {label: (cents, stock) for label, cents, stock in db.execute(query)}


@pytest.fixture
def products(rows):
    """Return a function that returns the products."""
    return lambda: rows(
        "select name, style_code, colorway, gender from products.products order by name"
    )


def test_a_feed_is_read_and_repeating_it_changes_nothing(ingest, prices, products):
    feed = [row(1, "42"), row(2, "42.5"), row(3, "43", in_stock="0", stock_quantity="0")]
    # One product, three sizes, three prices.
    assert ingest("awin", "feed", feed) == (7, 0, 0)
    assert ingest("awin", "feed", feed) == (0, 7, 0)
    assert prices() == {"42": (13000, 8), "42.5": (13000, 8), "43": (None, 0)}
    assert products() == [
        {
            "name": "ASICS GT-2160, weiss",
            "style_code": "1203A544-101",
            "colorway": "weiss",
            "gender": "men",
        }
    ]


def test_an_empty_feed_says_nothing(ingest):
    assert ingest("awin", "feed", []) == (0, 0, 0)


def test_rows_of_one_page_are_one_product_and_pages_with_one_code_are_two(ingest, products):
    women = {
        "merchant_deep_link": PAGE.replace("weiss", "weiss-damen"),
        "product_name": "ASICS GT-2160 Damen, weiss",
        "merchant_category": "Women's Footwear",
    }
    tracked = {"merchant_deep_link": PAGE + "?utm_source=awin"}
    feed = [row(1, "42"), row(2, "43", **tracked), row(3, "37", **women), row(4, "38", **women)]
    assert ingest("awin", "feed", feed) == (2 + 4 + 4, 0, 0)
    assert [(product["gender"], product["style_code"]) for product in products()] == [
        ("women", "1203A544-101"),
        ("men", "1203A544-101"),
    ]


@pytest.mark.parametrize(
    ("more", "products_found"),
    [
        ({"parent_product_id": "7"}, 1),
        ({"merchant_deep_link": ""}, 2),
        ({"merchant_deep_link": None, "merchant_product_id": "7"}, 1),
    ],
    ids=["parent", "no page", "one merchant id"],
)
def test_a_product_is_told_by_its_parent_its_page_or_its_own_id(
    ingest, products, more, products_found
):
    other = {"merchant_deep_link": PAGE + "42/"} if "parent_product_id" in more else {}
    ingest("awin", "feed", [row(1, "42", **more), row(2, "43", **(other | more))])
    assert len(products()) == products_found


@pytest.mark.parametrize(
    ("description", "style_code"),
    [
        ("Laufschuh. | 1203A544.101", "1203A544-101"),
        ("Laufschuh. | FD1413_100", "FD1413-100"),
        ("Laufschuh mit GEL - Stylecode: 1203A607-300", "1203A607-300"),
        ("Zunge - Stilcode: 1201A019-006", "1201A019-006"),
        ("Größe - Style-Code: 1203A779-700", "1203A779-700"),
        ("Unlimited Pack. Grau | Leder", None),
        ("JDN 3 ZURÜCK BP", None),
        ("Code 1203A544.101 mitten im Text | und dann Größe M.", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_the_style_code_stands_at_the_end_of_the_description(
    ingest, products, description, style_code
):
    ingest("awin", "feed", [row(description=description)])
    assert products()[0]["style_code"] == style_code


@pytest.mark.parametrize(
    ("said", "gender"),
    [
        ("Men's Footwear", "men"),
        ("Women's Footwear", "women"),
        ("Children's Footwear", "youth"),
        ("Socks", None),
        (None, None),
    ],
)
def test_genders(ingest, products, said, gender):
    ingest("awin", "feed", [row(merchant_category=said)])
    assert products()[0]["gender"] == gender


@pytest.mark.parametrize("reverse", [False, True])
def test_of_two_rows_for_one_size_the_cheaper_that_can_be_bought_counts(ingest, prices, reverse):
    feed = [
        row(1, search_price="150.00", stock_quantity="1"),
        row(2, search_price="90.00", stock_quantity="2"),
        row(3, search_price="50.00", stock_quantity="0", in_stock="0"),
    ]
    feed = feed[::-1] if reverse else feed
    ingest("awin", "feed", feed)
    assert prices() == {"42": (9000, 2)}
    assert ingest("awin", "feed", feed) == (0, 7, 0)


def test_the_region_comes_from_the_context(ingest, rows):
    ingest("awin", "feed", [row()])
    ingest("awin", "feed", [row()], context={"region": "DE"})
    assert rows("select region from integration.price_sources order by 1") == [
        {"region": "DE"},
        {"region": "EU"},
    ]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"search_price": "0.00"}, "its search_price cannot be read"),
        ({"search_price": "-1"}, "its search_price cannot be read"),
        ({"search_price": "1,300.00"}, "its search_price cannot be read"),
        ({"search_price": None}, "its search_price cannot be read"),
        ({"currency": ""}, "its currency cannot be read"),
        ({"currency": "euro"}, "its currency cannot be read"),
        ({"in_stock": "yes"}, "its in_stock is neither 0 nor 1"),
        ({"in_stock": None}, "its in_stock is neither 0 nor 1"),
    ],
    ids=str,
)
def test_a_size_without_a_price_is_a_size(ingest, prices, wrong, reason):
    bad = row(1, "42") | wrong
    assert ingest("awin", "feed", [bad, row(2, "43")]) == (1 + 2 + 1, 0, 1)
    assert ingest.rejected() == [("$[0]", reason, bad)]
    assert prices() == {"43": (13000, 8)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"aw_product_id": ""},
        {"aw_product_id": None},
        {"product_name": "  "},
        {"Fashion:size": ""},
        {"Fashion:size": ["42"]},
        {"merchant_deep_link": None, "merchant_product_id": None},
    ],
    ids=str,
)
def test_a_row_that_cannot_be_read_is_rejected_once(ingest, prices, products, wrong):
    bad = row(1, "42") | wrong
    assert ingest("awin", "feed", [bad, row(2, "43")]) == (3, 0, 1)
    assert ingest.rejected() == [("$[0]", "its product or size cannot be read", bad)]
    assert prices() == {"43": (13000, 8)}
    assert len(products()) == 1


@pytest.mark.parametrize("quantity", ["", "many", None, "-3", "9" * 12])
def test_a_stock_that_cannot_be_read_is_left_out(ingest, prices, quantity):
    assert ingest("awin", "feed", [row(stock_quantity=quantity)]) == (3, 0, 0)
    assert prices() == {"42": (13000, None)}


@pytest.mark.parametrize("payload", [{}, "csv", None, 7, {"rows": []}], ids=str)
def test_a_feed_of_another_shape_is_rejected(ingest, payload):
    assert ingest("awin", "feed", payload) == (0, 0, 1)
