"""GOAT buy bar: asks by size in cents, of the product that was asked for."""

import pytest

ASKED = {"subject": "512853", "style_code": "DA3595 100"}


@pytest.fixture(autouse=True)
def _known(ingest):
    ingest(
        "stockx",
        "catalog_search",
        {
            "productId": "p",
            "title": "Jordan 3 Retro Fragment",
            "brand": "Jordan",
            "styleId": "DA3595-100",
            "productAttributes": {"gender": "men"},
        },
    )
    ingest("stockx", "variants", {"productId": "p", "variantId": "v", "variantValue": "9"})


def size(value=9, amount=24800, **more):
    """Return an entry of the answer."""
    return {
        "size": value,
        "sizeOption": {"presentation": str(value), "value": value},
        "shoeCondition": "new_no_defects",
        "boxCondition": "good_condition",
        "lowestPriceCents": {"currency": "USD", "amount": amount, "amountUsdCents": amount},
        "instantShipLowestPriceCents": {"currency": "USD", "amount": 27800},
        "lowestPriceCentsByWarehouse": [],
    } | more


@pytest.fixture
def prices(rows):
    """Return a function that returns {(size, channel, condition): cents}."""
    query = """
        select size.label, price.channel, price.condition, price.price_cents
        from integration.price_sources as price
        inner join products.variants as variant
            on price.product_id = variant.product_id and price.variant_id = variant.id
        inner join products.sizes as size on variant.size_id = size.id
        where price.source = 'goat' and price.price_type = 'ask' and price.currency = 'USD'
    """
    return lambda: {tuple(row.values())[:3]: row["price_cents"] for row in rows(query)}


def test_an_answer_is_read_and_repeating_it_changes_nothing(ingest, prices, rows):
    # A product, two sizes, four prices.
    answer = [size(), size(9.5, 20000)]
    assert ingest("goat", "buy_bar", answer, context=ASKED) == (7, 0, 0)
    assert ingest("goat", "buy_bar", answer, context=ASKED) == (0, 7, 0)
    assert prices() == {
        ("9", "standard", "new"): 24800,
        ("9", "flex", "new"): 27800,
        ("9.5", "standard", "new"): 20000,
        ("9.5", "flex", "new"): 27800,
    }
    assert rows("select count(*)::int as number from products.products") == [{"number": 1}]


def test_its_sizes_are_those_of_the_others(ingest, rows):
    ingest("goat", "buy_bar", [size()], context=ASKED)
    assert rows(
        "select count(distinct variant_id)::int as number from integration.product_links"
        " where size_label = '9'"
    ) == [{"number": 1}]


def test_each_condition_has_its_price_and_a_bad_box_has_none(ingest, prices):
    answer = [
        size(),
        size(amount=1000, shoeCondition="used"),
        size(amount=2000, shoeCondition="new_with_defects"),
        size(amount=1, boxCondition="badly_damaged"),
        size(amount=2, boxCondition="missing_lid"),
    ]
    ingest("goat", "buy_bar", answer, context=ASKED)
    assert {key[2]: cents for key, cents in prices().items() if key[1] == "standard"} == {
        "new": 24800,
        "used": 1000,
        "new_with_defects": 2000,
    }


@pytest.mark.parametrize("nothing", [{"currency": "USD"}, {"currency": "USD", "amount": None}])
def test_no_amount_is_no_price(ingest, prices, nothing):
    ingest("goat", "buy_bar", [size()], at="2025-12-09T12:00:00Z", context=ASKED)
    gone = size(instantShipLowestPriceCents=nothing)
    assert ingest("goat", "buy_bar", [gone], at="2025-12-09T13:00:00Z", context=ASKED) == (1, 3, 0)
    assert prices() == {("9", "standard", "new"): 24800, ("9", "flex", "new"): None}


@pytest.mark.parametrize("amount", [0, -5, 1.5, "inf", "abc", 10**12, [1], True])
def test_an_amount_that_is_no_price_is_rejected_alone(ingest, prices, amount):
    assert ingest("goat", "buy_bar", [size(amount=amount)], context=ASKED) == (3, 0, 1)
    [(path, reason, _)] = ingest.rejected()
    assert (path, reason) == ("$[0].lowestPriceCents", "it is not an amount of cents")
    assert prices() == {("9", "flex", "new"): 27800}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"boxCondition": "chewed"}, "its boxCondition is not known"),
        ({"boxCondition": None}, "its boxCondition is not known"),
        ({"shoeCondition": "eaten"}, "its shoeCondition is not known"),
        ({"size": "9"}, "its product or size is not known"),
        ({"size": 900}, "its product or size is not known"),
        ({"lowestPriceCents": None}, "it has no lowestPriceCents"),
    ],
    ids=str,
)
def test_the_good_half_of_an_answer_goes_in(ingest, prices, wrong, reason):
    bad = size(**wrong)
    *_, rejected = ingest("goat", "buy_bar", [bad, size(9.5)], context=ASKED)
    assert rejected == 1
    assert ingest.rejected() == [("$[0]", reason, bad)]
    assert set(prices()) == {("9.5", "standard", "new"), ("9.5", "flex", "new")}


def test_a_currency_is_never_guessed(ingest, prices):
    nameless = size(lowestPriceCents={"amount": 100})
    assert ingest("goat", "buy_bar", [nameless], context=ASKED) == (3, 0, 1)
    assert ingest.rejected()[0][:2] == ("$[0].lowestPriceCents", "its currency cannot be read")


@pytest.mark.parametrize(
    "context", [{}, {"subject": "1"}, {"style_code": "DA3595-100"}, ASKED | {"style_code": "?"}]
)
def test_a_product_that_is_not_known_is_not_made_up(ingest, rows, context):
    assert ingest("goat", "buy_bar", [size()], context=context) == (0, 0, 1)
    assert rows("select count(*)::int as number from products.products") == [{"number": 1}]


@pytest.mark.parametrize("payload", [{"error": "x"}, {}, "x", 7, None, [[]]], ids=str)
def test_an_answer_of_another_shape_is_rejected(ingest, payload):
    assert ingest("goat", "buy_bar", payload, context=ASKED) == (0, 0, 1)
