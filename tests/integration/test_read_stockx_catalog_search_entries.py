"""StockX products: a search, one product, and what is wrong with either."""

import pytest


def item(**more):
    """Return a product as the catalogue search of API v2 answers it."""
    attributes = {
        "color": None,
        "colorway": "White/Black",
        "gender": "men",
        "releaseDate": "2021-03-10",
        "retailPrice": 115,
        "season": None,
    } | more.pop("attributes", {})
    return {
        "productId": "5e6a1e57",
        "brand": "Nike",
        "productType": "sneakers",
        "styleId": "DD1391-100",
        "urlKey": "nike-dunk-low-retro-white-black-2021",
        "title": "Nike Dunk Low Retro White Black Panda",
        "productAttributes": attributes,
    } | more


def search(*items):
    """Return a whole answer."""
    return {"count": len(items), "pageNumber": 1, "hasNextPage": False, "products": list(items)}


@pytest.fixture
def products(rows):
    """Return a function that returns the products, the parts that the parser decides."""
    query = """
        select
            product.style_code, product.name, product.colorway, product.gender,
            product.retail_price_cents as cents, product.retail_currency as currency,
            product.release_date::text as released, brand.name as brand, category.slug as category
        from products.products as product
        left join core.brands as brand on product.brand_id = brand.id
        left join core.categories as category on product.category_id = category.id
        order by product.name
    """
    return lambda: rows(query)


def test_a_search_is_read_and_repeating_it_changes_nothing(ingest, products):
    answer = search(item(), item(productId="2", styleId="HM4740-001", title="Other", brand="ASICS"))
    assert ingest("stockx", "catalog_search", answer) == (2, 0, 0)
    assert ingest("stockx", "catalog_search", answer) == (0, 2, 0)
    assert products() == [
        {
            "style_code": "DD1391-100",
            "name": "Nike Dunk Low Retro White Black Panda",
            "colorway": "White/Black",
            "gender": "men",
            "cents": 11500,
            "currency": "USD",
            "released": "2021-03-10",
            "brand": "Nike",
            "category": "sneakers",
        },
        {
            "style_code": "HM4740-001",
            "name": "Other",
            "colorway": "White/Black",
            "gender": "men",
            "cents": 11500,
            "currency": "USD",
            "released": "2021-03-10",
            "brand": "ASICS",
            "category": "sneakers",
        },
    ]


def test_the_product_page_is_read_too(ingest, products):
    page = item(sizeChart={"availableConversions": []}, isFlexEligible=True)
    assert ingest("stockx", "catalog_search", page) == (1, 0, 0)
    assert ingest("stockx", "catalog_search", search(item())) == (0, 1, 0)
    assert len(products()) == 1


def test_an_empty_search_says_nothing(ingest):
    assert ingest("stockx", "catalog_search", search()) == (0, 0, 0)


def test_the_currency_of_retail_prices_comes_from_the_context(ingest, products):
    ingest("stockx", "catalog_search", item(), context={"retail_currency": "GBP"})
    assert products()[0]["currency"] == "GBP"


@pytest.mark.parametrize(
    ("said", "gender"),
    [
        ("men", "men"),
        ("women", "women"),
        ("unisex", "unisex"),
        ("kids", "youth"),
        ("preschool", "child"),
        ("toddler", "child"),
        ("infant", "infant"),
        ("aliens", None),
        (None, None),
        ({}, None),
    ],
)
def test_genders(ingest, products, said, gender):
    ingest("stockx", "catalog_search", item(attributes={"gender": said}))
    assert products()[0]["gender"] == gender


@pytest.mark.parametrize(
    ("said", "category"),
    [
        ("sneakers", "sneakers"),
        ("shoes", "sneakers"),
        ("streetwear", "apparel"),
        ("trading-cards", "other"),
        (None, "other"),
    ],
)
def test_categories(ingest, products, said, category):
    ingest("stockx", "catalog_search", item(productType=said))
    assert products()[0]["category"] == category


@pytest.mark.parametrize(
    ("said", "cents"),
    [
        (115, 11500),
        ("115", 11500),
        (89.99, 8999),
        (0, None),
        (-5, None),
        (None, None),
        ("inf", None),
        ("NaN", None),
        (1e300, None),
        (10**15, None),
        ("115 GBP", None),
        ([115], None),
    ],
    ids=str,
)
def test_retail_prices_that_cannot_be_read_are_left_out(ingest, products, said, cents):
    assert ingest("stockx", "catalog_search", item(attributes={"retailPrice": said})) == (1, 0, 0)
    [found] = products()
    assert (found["cents"], found["currency"]) == (cents, "USD" if cents else None)


@pytest.mark.parametrize(
    ("said", "released"),
    [
        ("2025-11-28", "2025-11-28"),
        ("2024-02-29", "2024-02-29"),
        ("2025-02-29", None),
        ("2025-13-45", None),
        ("2025-00-10", None),
        ("0000-01-01", None),
        ("28.11.2025", None),
        ("infinity", None),
        ("now", None),
        ("", None),
        (20251128, None),
        (None, None),
    ],
    ids=str,
)
def test_release_days_that_cannot_be_read_are_left_out(ingest, products, said, released):
    assert ingest("stockx", "catalog_search", item(attributes={"releaseDate": said})) == (1, 0, 0)
    assert products()[0]["released"] == released


@pytest.mark.parametrize("gone", ["styleId", "brand", "productType", "productAttributes"])
def test_what_a_product_can_do_without_may_be_missing(ingest, products, gone):
    one = item()
    del one[gone]
    assert ingest("stockx", "catalog_search", one) == (1, 0, 0)
    assert len(products()) == 1


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"productId": None}, "its productId cannot be read"),
        ({"productId": ""}, "its productId cannot be read"),
        ({"productId": {"id": 1}}, "its productId cannot be read"),
        ({"productId": "x" * 201}, "its productId cannot be read"),
        ({"title": None}, "its title cannot be read"),
        ({"title": "   "}, "its title cannot be read"),
        ({"title": ["Nike"]}, "its title cannot be read"),
    ],
    ids=str,
)
def test_the_good_half_of_an_answer_goes_in(ingest, products, wrong, reason):
    bad = item() | wrong
    answer = search(bad, item(productId="good", title="Good"))
    assert ingest("stockx", "catalog_search", answer) == (1, 0, 1)
    assert [row["name"] for row in products()] == ["Good"]
    assert ingest.rejected() == [("$.products[0]", reason, bad)]


@pytest.mark.parametrize("bad", [None, 7, "x", [], True], ids=str)
def test_items_that_are_no_objects_are_rejected_one_by_one(ingest, bad):
    assert ingest("stockx", "catalog_search", search(bad, item(), bad)) == (1, 0, 2)
    assert [row[0] for row in ingest.rejected()] == ["$.products[0]", "$.products[2]"]
