"""Alias availabilities: up to twelve prices a size, of which the comparable ones count."""

import pytest

SUBJECT = {"subject": "dunk"}


def variant(size=9, condition="NEW", box="GOOD_CONDITION", **more):
    """Return a variant as the availabilities answer it, with more for its amounts."""
    consigned = {"consigned": more.pop("consigned")} if "consigned" in more else {}
    return {
        "size": size,
        "product_condition": f"PRODUCT_CONDITION_{condition}",
        "packaging_condition": f"PACKAGING_CONDITION_{box}",
        **consigned,
        "availability": {
            "lowest_listing_price_cents": "9600",
            "highest_offer_price_cents": "10500",
            "last_sold_listing_price_cents": "0",
            "global_indicator_price_cents": "0",
        }
        | more,
    }


def answer(*variants):
    return {"variants": list(variants)}


@pytest.fixture(autouse=True)
def _known(ingest):
    sizes = [{"value": value} for value in (9, 9.5)]
    ingest("alias", "catalog", {"catalog_id": "dunk", "name": "Dunk", "allowed_sizes": sizes})


@pytest.fixture
def read(ingest):
    """Return a function that ingests an answer about the shoe that is known."""
    return lambda payload, context=SUBJECT: ingest(
        "alias", "availabilities", payload, context=context
    )


@pytest.fixture
def prices(db):
    """Return a function that returns {(type, condition, channel, region): price} of size 9."""

    def found():
        return {
            tuple(row[:4]): row[4]
            for row in db.execute(
                """
                select
                    price.price_type, price.condition, price.channel, price.region,
                    price.price_cents
                from integration.price_sources as price
                inner join products.variants as variant
                    on price.product_id = variant.product_id and price.variant_id = variant.id
                inner join products.sizes as size on variant.size_id = size.id
                where size.label = '9' and price.source = 'alias' and price.currency = 'USD'
                """
            )
        }

    return found


def test_prices_are_read_and_repeating_it_changes_nothing(read, prices):
    assert read(answer(variant())) == (4, 0, 0)
    assert read(answer(variant())) == (0, 4, 0)
    assert prices() == {
        ("ask", "new", "standard", "global"): 9600,
        ("bid", "new", "standard", "global"): 10500,
        ("last_sale", "new", "standard", "global"): None,
        ("indicator", "new", "standard", "global"): None,
    }


def test_conditions_and_consignment_are_prices_of_their_own(read, prices):
    ask = "lowest_listing_price_cents"
    told = answer(
        variant(**{ask: "100"}),
        variant(condition="USED", **{ask: "200"}),
        variant(condition="NEW_WITH_DEFECTS", **{ask: "300"}),
        variant(consigned=True, **{ask: "400"}),
        variant(consigned=False, condition="USED", **{ask: "200"}),
    )
    assert read(told) == (16, 4, 0)
    assert {key[1:3]: cents for key, cents in prices().items() if key[0] == "ask"} == {
        ("new", "standard"): 100,
        ("used", "standard"): 200,
        ("new_with_defects", "standard"): 300,
        ("new", "consigned"): 400,
    }


@pytest.mark.parametrize("box", ["NO_ORIGINAL_BOX", "BADLY_DAMAGED", "MISSING_LID"])
def test_shoes_in_bad_boxes_compare_with_nothing_and_are_left_out(read, prices, box):
    assert read(answer(variant(box=box))) == (0, 0, 0)
    assert prices() == {}


def test_the_region_comes_from_the_context(read, prices):
    assert read(answer(variant()), SUBJECT | {"region": "US"}) == (4, 0, 0)
    assert {key[3] for key in prices()} == {"US"}


@pytest.mark.parametrize("amount", ["-1", "12.5", "abc", "", None, True, [], "1" * 13, 10**40])
def test_an_amount_that_is_none_is_rejected_alone(read, ingest, prices, amount):
    assert read(answer(variant(highest_offer_price_cents=amount))) == (3, 0, 1)
    path = "$.variants[0].availability.highest_offer_price_cents"
    assert ingest.rejected() == [(path, "it is not an amount of cents", amount)]
    assert ("bid", "new", "standard", "global") not in prices()


@pytest.mark.parametrize(("amount", "cents"), [("0", None), ("000", None), (9600, 9600), (0, None)])
def test_zero_is_no_price(read, prices, amount, cents):
    assert read(answer(variant(lowest_listing_price_cents=amount))) == (4, 0, 0)
    assert prices()[("ask", "new", "standard", "global")] == cents


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (variant(size=40), "its size is not known"),
        (variant(size="9"), "its size is not known"),
        (variant(size=None), "its size is not known"),
        (variant(size=10**300), "its size is not known"),
        (variant(condition="SMELLY"), "its product_condition is not known"),
        (variant(box="WET"), "its packaging_condition is not known"),
        (variant() | {"packaging_condition": None}, "its packaging_condition is not known"),
        (variant() | {"availability": None}, "it has no lowest_listing_price_cents"),
        (variant() | {"availability": "9600"}, "it has no lowest_listing_price_cents"),
        (variant() | {"availability": {}}, "it has no lowest_listing_price_cents"),
        (7, "its packaging_condition is not known"),
    ],
)
def test_the_good_half_of_an_answer_goes_in(read, ingest, bad, reason):
    assert read(answer(bad, variant(9.5))) == (4, 0, 1)
    assert ingest.rejected() == [("$.variants[0]", reason, bad)]


def test_an_unknown_shoe_is_rejected_size_by_size(read):
    told = answer(variant(9), variant(9.5), variant(9, box="MISSING_LID"))
    assert read(told, {"subject": "stranger"}) == (0, 0, 2)
    assert read(told, {}) == (0, 0, 2)


@pytest.mark.parametrize(
    "payload", [{"code": 3, "message": "no"}, {}, None, 7, {"variants": "none"}], ids=str
)
def test_an_answer_of_another_shape_is_rejected(read, payload):
    assert read(payload) == (0, 0, 1)


def test_no_variants_say_nothing(read):
    assert read(answer()) == (0, 0, 0)
