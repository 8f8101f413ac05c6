"""The StockX data contest of 2019: shoes by name, sales by the day, US dollars with signs."""

import pytest


def row(**more):
    """Return a row of the file."""
    return {
        "Order Date": "9/1/17",
        "Brand": " Yeezy",
        "Sneaker Name": "Adidas-Yeezy-Boost-350-V2-Core-Black-Copper",
        "Sale Price": "$1,097",
        "Retail Price": "$220",
        "Release Date": "11/23/16",
        "Shoe Size": "11",
        "Buyer Region": "California",
    } | more


@pytest.fixture
def stored(db):
    """Return a function that returns (UTC day, cents, region, size, occurrence) of each sale."""
    query = """
        select
            (sale.sold_at at time zone 'UTC')::text, sale.price_cents, sale.region, size.label,
            sale.occurrence
        from integration.market_sales as sale
        inner join products.variants as variant
            on sale.product_id = variant.product_id and sale.variant_id = variant.id
        inner join products.sizes as size on variant.size_id = size.id
        where sale.source = 'stockx' and sale.currency = 'USD' and sale.channel = 'standard'
        order by 1, 2, 5
    """
    return lambda: db.execute(query).fetchall()


def test_rows_are_read_and_repeating_them_changes_nothing(ingest, stored, rows):
    told = [row(), row(), row(**{"Shoe Size": "9.5", "Sale Price": "$685"})]
    # One shoe, two sizes, three sales.
    assert ingest("stockx", "contest", told) == (6, 0, 0)
    assert ingest("stockx", "contest", told) == (0, 6, 0)
    assert stored() == [
        ("2017-09-01 00:00:00", 68500, "US-California", "9.5", 1),
        ("2017-09-01 00:00:00", 109700, "US-California", "11", 1),
        ("2017-09-01 00:00:00", 109700, "US-California", "11", 2),
    ]
    assert rows(
        """
        select
            product.name, product.gender, product.retail_price_cents as cents,
            product.retail_currency as currency, product.release_date::text as released,
            brand.name as brand
        from products.products as product
        inner join core.brands as brand on product.brand_id = brand.id
        """
    ) == [
        {
            "name": "Adidas-Yeezy-Boost-350-V2-Core-Black-Copper",
            "gender": "men",
            "cents": 22000,
            "currency": "USD",
            "released": "2016-11-23",
            "brand": "Yeezy",
        }
    ]


def test_the_day_is_the_day_whatever_the_time_zone(db, ingest, stored):
    db.execute("set local timezone = 'Pacific/Auckland'")
    ingest("stockx", "contest", [row()])
    assert stored()[0][0] == "2017-09-01 00:00:00"


def test_spellings_of_one_name_are_one_shoe(ingest, rows):
    told = [row(), row(**{"Sneaker Name": "adidas-Yeezy-Boost-350-V2-Core-Black-Copper"})]
    assert ingest("stockx", "contest", told) == (1 + 1 + 2, 0, 0)
    assert len(rows("select from products.products")) == 1


def test_a_sale_without_a_region_is_of_the_country(ingest, stored):
    ingest("stockx", "contest", [row(**{"Buyer Region": ""})])
    assert stored()[0][2] == "US"


@pytest.mark.parametrize("said", ["", "?", None, "-5", "$0"])
def test_a_retail_price_that_cannot_be_read_is_left_out(ingest, rows, said):
    assert ingest("stockx", "contest", [row(**{"Retail Price": said})]) == (3, 0, 0)
    assert rows("select retail_price_cents from products.products") == [
        {"retail_price_cents": None}
    ]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"Sneaker Name": ""}, "its shoe or size cannot be read"),
        ({"Sneaker Name": "???"}, "its shoe or size cannot be read"),
        ({"Sneaker Name": None}, "its shoe or size cannot be read"),
        ({"Shoe Size": ""}, "its shoe or size cannot be read"),
        ({"Shoe Size": None}, "its shoe or size cannot be read"),
        ({"Order Date": "2017-09-01"}, "its Order Date cannot be read"),
        ({"Order Date": "13/45/17"}, "its Order Date cannot be read"),
        ({"Order Date": "2/29/17"}, "its Order Date cannot be read"),
        ({"Order Date": None}, "its Order Date cannot be read"),
        ({"Sale Price": "free"}, "its Sale Price cannot be read"),
        ({"Sale Price": "$0"}, "its Sale Price cannot be read"),
        ({"Sale Price": "-$5"}, "its Sale Price cannot be read"),
        ({"Sale Price": None}, "its Sale Price cannot be read"),
    ],
    ids=str,
)
def test_the_good_half_of_a_file_goes_in(ingest, stored, wrong, reason):
    bad = row() | wrong
    *_, rejected = ingest("stockx", "contest", [row(), bad, row(**{"Order Date": "9/2/17"})])
    assert rejected == 1
    assert ingest.rejected() == [("$[1]", reason, bad)]
    assert len(stored()) == 2


@pytest.mark.parametrize("payload", [{}, "csv", None, 7], ids=str)
def test_a_file_of_another_shape_is_rejected(ingest, payload):
    assert ingest("stockx", "contest", payload) == (0, 0, 1)
