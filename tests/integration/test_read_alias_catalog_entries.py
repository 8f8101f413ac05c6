"""Alias catalogue: items with their sizes, amounts as text of cents."""

import pytest


def item(**more):
    """Return an item as GET /catalog answers it."""
    return {
        "catalog_id": "dunk-low-black-white-dd1391-100",
        "name": "Nike Dunk Low 'Black White'",
        "sku": "DD1391 100",
        "brand": "Nike",
        "gender": "men",
        "release_date": "2021-03-10T23:59:59.999Z",
        "product_type": "sneakers",
        "size_unit": "SIZE_UNIT_US",
        "allowed_sizes": [size(9), size(9.5)],
        "retail_price_cents": "11000",
        "colorway": "White/Black/White",
        "nickname": "Black White",
    } | more


def size(value):
    return {"display_name": str(value), "value": value, "us_size_equivalent": value}


def search(*items):
    return {"catalog_items": list(items), "next_pagination_token": "", "has_more": False}


@pytest.fixture
def product(rows):
    """Return a function that returns the one product there is."""

    def read():
        [found] = rows(
            "select style_code, gender, retail_price_cents as cents, retail_currency as currency,"
            " release_date::text as released from products.products"
        )
        return found

    return read


@pytest.fixture
def sizes(db):
    """Return a function that returns (variant id, label) of each size."""
    query = """
        select provider_variant_id, size_label from integration.product_links
        where provider_variant_id <> '' order by provider_variant_id::numeric
    """
    return lambda: db.execute(query).fetchall()


def test_an_item_is_read_with_its_sizes_and_repeating_it_changes_nothing(ingest, product, sizes):
    assert ingest("alias", "catalog", search(item())) == (3, 0, 0)
    assert ingest("alias", "catalog", search(item())) == (0, 3, 0)
    assert product() == {
        "style_code": "DD1391-100",
        "gender": "men",
        "cents": 11000,
        "currency": "USD",
        "released": "2021-03-10",
    }
    assert sizes() == [("9", "9"), ("9.5", "9.5")]


@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: {"catalog_item": one}])
def test_one_item_by_itself_is_read(ingest, wrap):
    assert ingest("alias", "catalog", wrap(item())) == (3, 0, 0)


def test_a_search_that_found_nothing_says_nothing(ingest):
    assert ingest("alias", "catalog", search()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("said", "released"),
    [
        ("2021-03-10T23:59:59.999Z", "2021-03-10"),
        ("2021-03-10T23:59:59Z", "2021-03-10"),
        ("2021-03-10T00:00:00Z", "2021-03-10"),
        ("2021-03-10", "2021-03-10"),
        ("", None),
        ("2025-13-45T00:00:00Z", None),
        ("soon", None),
        (None, None),
    ],
)
def test_the_release_day_is_the_day_whatever_the_hour(db, ingest, product, said, released):
    db.execute("set local timezone = 'Pacific/Auckland'")
    assert ingest("alias", "catalog", item(release_date=said)) == (3, 0, 0)
    assert product()["released"] == released


@pytest.mark.parametrize(
    ("said", "cents"),
    [
        ("11000", 11000),
        ("0", None),
        ("", None),
        (None, None),
        ("-100", None),
        ("110.5", None),
        ("1" * 13, None),
        (11000, 11000),
    ],
)
def test_retail_prices(ingest, product, said, cents):
    assert ingest("alias", "catalog", item(retail_price_cents=said)) == (3, 0, 0)
    assert (product()["cents"], product()["currency"]) == (cents, "USD" if cents else None)


def test_women_s_sizes_are_women_s(ingest, rows):
    ingest("alias", "catalog", item(gender="women"))
    assert rows("select gender, label from products.sizes order by 2") == [
        {"gender": "women", "label": "9"},
        {"gender": "women", "label": "9.5"},
    ]


@pytest.mark.parametrize("value", ["9", None, -1, 10**30, 9.125, 100, [], {}, True], ids=str)
def test_a_size_that_cannot_be_read_is_rejected_alone(ingest, sizes, value):
    answer = search(item(allowed_sizes=[size(9), size(value), size(10)]))
    assert ingest("alias", "catalog", answer) == (3, 0, 1)
    path = "$.catalog_items[0].allowed_sizes[1].value"
    assert ingest.rejected() == [(path, "its size cannot be read", value)]
    assert sizes() == [("9", "9"), ("10", "10")]


@pytest.mark.parametrize("listed", [None, "many", {}, 7, []], ids=str)
def test_an_item_without_sizes_is_a_product(ingest, listed):
    assert ingest("alias", "catalog", item(allowed_sizes=listed)) == (1, 0, 0)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"catalog_id": None}, "its catalog_id cannot be read"),
        ({"catalog_id": " "}, "its catalog_id cannot be read"),
        ({"name": ""}, "its name cannot be read"),
        ({"name": {}}, "its name cannot be read"),
    ],
    ids=str,
)
def test_the_good_half_of_an_answer_goes_in(ingest, product, wrong, reason):
    bad = item() | wrong
    assert ingest("alias", "catalog", search(bad, item(catalog_id="good"))) == (3, 0, 1)
    assert ingest.rejected() == [("$.catalog_items[0]", reason, bad)]
    assert product()["style_code"] == "DD1391-100"


@pytest.mark.parametrize(
    "answer",
    [{"code": 3, "message": "bad request", "details": []}, {}, "x", None, {"catalog_items": 7}],
    ids=str,
)
def test_an_answer_of_another_shape_is_rejected(ingest, answer):
    assert ingest("alias", "catalog", answer) == (0, 0, 1)
